public import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import RollcallClient
import Synchronization

/// A watch as it comes over the wire: every block of the stream in order, with its id.
public final class Subscriber: Sendable {
    public struct Block: Sendable {
        public var document: WatchEventDocument?
        public var id: String?
        /// Milliseconds.
        public var retry: String?

        public init(document: WatchEventDocument? = nil, id: String? = nil, retry: String? = nil) {
            self.document = document
            self.id = id
            self.retry = retry
        }
    }

    /// The server opened no stream.
    public struct Refused: Error {
        public let status: UInt
    }

    /// What came is no stream of events as the API has it.
    public struct Malformed: Error {
        public let text: String
    }

    private let blocks = Mutex<[Block]>([])
    private let isTold: (@Sendable (Block) -> Void)?

    /// - Parameter isTold: is given each block instead of its being kept.
    public init(_ isTold: (@Sendable (Block) -> Void)? = nil) { self.isTold = isTold }

    /// All blocks but those that only say that the stream is alive.
    public var received: [Block] { self.blocks.withLock { $0 } }

    /// Reads the stream to its end, or until the task is cancelled. Throws ``Refused``, ``Malformed``, or how it broke off.
    public func watch(_ url: String, lastEventID: String? = nil, _ http: HTTPClient) async throws {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { throw Refused(status: response.status.code) }
            let type = response.headers.first(name: "Content-Type") ?? ""
            guard type == "text/event-stream" else { throw Malformed(text: type) }
            var text = ""
            for try await piece in response.body {
                text += String(buffer: piece)
                let parts = text.split(separator: "\n\n", omittingEmptySubsequences: false)
                for part in parts.dropLast() { try self.take(part) }
                text = String(parts.last ?? "")
            }
        } catch  where Task.isCancelled {}
    }

    private func take(_ text: Substring) throws {
        var block = Block()
        var event = ""
        for line in text.split(separator: "\n") where !line.hasPrefix(":") {
            let parts = line.split(separator: ": ", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { throw Malformed(text: String(line)) }
            switch parts[0] {
            case "event": event = parts[1]
            case "id": block.id = parts[1]
            case "retry": block.retry = parts[1]
            case "data": block.document = try AnswerBody.watchEvent(event, Array(parts[1].utf8).span)
            default: throw Malformed(text: String(line))
            }
        }
        guard block.document != nil || block.id != nil || block.retry != nil else { return }
        if let isTold { isTold(block) } else { self.blocks.withLock { $0.append(block) } }
    }
}

extension Subscriber {
    /// The revisions of the changes that it was told, in order.
    public var changes: [Revision] {
        self.received.compactMap { block in
            if case .change(_, let revision, _, _, _) = block.document { revision } else { nil }
        }
    }

    /// Every record that came with them.
    public var records: [HistoryRecord] {
        self.received.flatMap { block in
            if case .change(_, _, let changes, _, _) = block.document { changes } else { [] as [HistoryRecord] }
        }
    }

    public var hasSnapshot: Bool {
        self.received.contains { block in
            if case .snapshot = block.document { true } else { false }
        }
    }
}
