import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RollcallClient
import Synchronization
import Testing

/// A watch as it comes over the wire: every block of the stream in order, with its id.
final class Subscriber: Sendable {
    struct Block: Sendable {
        var document: WatchEventDocument?
        var id: String?
        /// Milliseconds.
        var retry: String?
    }

    private let blocks = Mutex<[Block]>([])
    private let isTold: (@Sendable (Block) -> Void)?

    /// - Parameter isTold: is given each block instead of its being kept.
    init(_ isTold: (@Sendable (Block) -> Void)? = nil) { self.isTold = isTold }

    /// All blocks but those that only say that the stream is alive.
    var received: [Block] { self.blocks.withLock { $0 } }

    /// Reads the stream to its end, or until the task is cancelled.
    func watch(_ url: String, lastEventID: String? = nil, _ http: HTTPClient) async throws {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            #expect(response.status == .ok)
            #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
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
            try #require(parts.count == 2, "a field and its value: \(line)")
            switch parts[0] {
            case "event": event = parts[1]
            case "id": block.id = parts[1]
            case "retry": block.retry = parts[1]
            case "data": block.document = try AnswerBody.watchEvent(event, Array(parts[1].utf8).span)
            default: Issue.record("a field that is not ours: \(line)")
            }
        }
        guard block.document != nil || block.id != nil || block.retry != nil else { return }
        if let isTold { isTold(block) } else { self.blocks.withLock { $0.append(block) } }
    }
}

extension Subscriber {
    /// The revisions of the changes that it was told, in order.
    var changes: [Revision] {
        self.received.compactMap { block in
            if case .change(_, let revision, _, _, _) = block.document { revision } else { nil }
        }
    }

    /// Every record that came with them.
    var records: [HistoryRecord] {
        self.received.flatMap { block in
            if case .change(_, _, let changes, _, _) = block.document { changes } else { [] as [HistoryRecord] }
        }
    }

    var hasSnapshot: Bool {
        self.received.contains { block in
            if case .snapshot = block.document { true } else { false }
        }
    }
}
