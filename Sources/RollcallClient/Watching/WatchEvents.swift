import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RegistryJSON
public import RegistryModel

/// The events of a watch, for as long as they are asked for. Ends only by an error that trying again would not mend, or with
/// its task.
///
/// Nothing runs in the background: the stream is opened, read and resumed while the next event is waited for, and a reader that
/// is slow slows the server down instead of filling memory.
///
/// Asking for the next event says that the one before has been taken over. Where a drain may wait for that, the server is told: after
/// a change whose cause is `drain`, and after snapshots that stand for changes which were not told one by one. Nothing else is
/// confirmed, so that there is hardly any traffic.
///
/// Where the registry was wiped and begins anew, so does the watch: with a gap.
public struct WatchEvents: AsyncSequence, Sendable {
    public typealias Element = WatchEvent
    public typealias Failure = RollcallClientError

    let transport: HTTPTransport
    let target: RequestTarget
    /// What a gap is told of.
    let watched: [ServiceKey]
    let index: Revision?
    let backoff: Backoff

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let events: WatchEvents
        private var progress: WatchProgress
        private var stream: HTTPClientResponse.Body.AsyncIterator?
        /// How the server names the stream, and which node has it.
        private var watchID: String?
        private var address: ServerAddress
        private var parser: EventStreamParser
        /// What was read and not handed out yet, in reverse.
        private var parts: [EventStreamParser.Part] = []
        private var wait: Duration = .zero

        init(_ events: WatchEvents) {
            self.events = events
            self.address = events.transport.configuration.address
            self.progress = WatchProgress(from: events.index, backoff: events.backoff)
            self.parser = EventStreamParser(limit: events.transport.configuration.largestAnswer)
        }

        public mutating func next() async throws(RollcallClientError) -> WatchEvent? {
            try await self.next(isolation: #isolation)
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(RollcallClientError) -> WatchEvent? {
            while true {
                while let part = self.parts.popLast() {
                    if let event = try self.take(part) { return event }
                    if let revision = self.progress.takeConfirmation() { await self.confirm(revision) }
                }
                if Task.isCancelled { throw .cancelled }
                do throws(TransportFailure) {
                    try await self.read()
                } catch {
                    return try self.interrupt(error)
                }
            }
        }

        private mutating func take(_ part: EventStreamParser.Part) throws(RollcallClientError) -> WatchEvent? {
            switch part {
            case .comment: break
            case .retry(let milliseconds): self.progress.asked(toWait: .milliseconds(milliseconds))
            case .lastEventID(let id):
                self.progress.reached(id)
                if let revision = Int64(id) { self.events.transport.note(Revision(revision), at: self.address) }
            case .event(let name, let data):
                let document: WatchEventDocument?
                do {
                    document = try AnswerBody.watchEvent(name, data.span)
                } catch {
                    throw RollcallClientError(.badAnswer, "An event \"\(name)\" of the watch cannot be read: \(error).")
                }
                // A newer server may send events that this client does not know.
                if let document, self.progress.isNews(document) { return .update(document, json: data) }
            }
            return nil
        }

        /// Tells the server that everything up to a revision is taken over. One attempt, for a moment: if it is lost, the drain says
        /// that this reader has not confirmed, and whatever is wrong with the connection shows on the stream.
        private func confirm(_ revision: Revision) async {
            guard let watchID else { return }
            let transport = self.events.transport
            var writer = JSONWriter()
            writer.acknowledgement(revision)
            let request = HTTPTransport.Request(
                method: .PUT, target: RequestTarget("v1", "watches", watchID), body: writer.bytes)
            await transport.sendOnce(
                request, to: self.address, atMost: Swift.min(transport.configuration.requestTimeout, .seconds(2)))
        }

        /// Reads the next piece of the stream, which is opened if it is not open.
        private mutating func read() async throws(TransportFailure) {
            if self.stream == nil {
                try await self.open()
                if !self.parts.isEmpty { return }
            }
            let bytes: ByteBuffer?
            do {
                bytes = try await self.stream?.next(isolation: #isolation)
            } catch {
                self.events.transport.leave(self.address)
                throw TransportFailure(error, from: self.address)
            }
            guard let bytes else {
                self.events.transport.leave(self.address)
                throw TransportFailure(HTTPClientError.remoteConnectionClosed, from: self.address)
            }
            self.progress.isAlive()
            do {
                self.parts = try self.parser.parse(bytes.readableBytesView).reversed()
            } catch {
                throw .tooLarge(limit: error.limit)
            }
        }

        private mutating func open() async throws(TransportFailure) {
            do { try await Task.sleep(for: self.wait) } catch { throw TransportFailure(error, from: self.address) }
            self.progress.follow(self.events.transport.registry)
            let resumed = self.progress.lastEventID
            var stream = try await self.connect()
            if resumed != nil, self.progress.lastEventID == nil {
                // It went on from where another registry was.
                stream = try await self.connect()
            }
            self.address = stream.address
            self.watchID = stream.response.headers.first(name: "Rollcall-Watch-Id")
            self.stream = stream.response.body.makeAsyncIterator()
            self.parser = EventStreamParser(limit: self.events.transport.configuration.largestAnswer)
            if let lost = self.progress.takeLost() { self.parts = self.events.gaps(from: lost, stream).reversed() }
        }

        private mutating func connect() async throws(TransportFailure) -> HTTPTransport.Stream {
            var request = HTTPTransport.Request(method: .GET, target: self.events.target)
            request.headers.append(("Accept", "text/event-stream"))
            if let id = self.progress.lastEventID { request.headers.append(("Last-Event-ID", id)) }
            let stream = try await self.events.transport.open(request)
            self.progress.follow(stream.response.headers.registry)
            return stream
        }

        /// Ends the watch, or tells of the interruption and sets the wait before the next try.
        private mutating func interrupt(_ failure: TransportFailure) throws(RollcallClientError) -> WatchEvent {
            self.stream = nil
            var asked: Duration?
            switch failure.kind {
            case .turnedAway(let retryAfter): asked = retryAfter
            case .final where failure.error.problem.map { $0.status >= 500 } != true: throw failure.error
            case .final, .notSent, .unclear: break
            }
            self.wait = self.progress.interrupted(asked: asked, chance: .random(in: 0...1))
            return .interrupted(failure.error, retryingIn: self.wait)
        }
    }
}

extension WatchEvents {
    /// What the server says where it can no longer tell of every change, in its place: it does not know what was told of another registry.
    fileprivate func gaps(from lost: Revision, _ stream: HTTPTransport.Stream) -> [EventStreamParser.Part] {
        let revision = stream.response.headers.first(name: "Rollcall-Revision").flatMap { Int64($0) } ?? 0
        return self.watched.map { key in
            var writer = JSONWriter()
            writer.gapEvent(key, from: lost, to: Revision(revision))
            return .event(name: WatchEventDocument.Name.gap.description, data: writer.bytes)
        }
    }
}

extension RollcallClient {
    /// Watches services: first what is there, then every change, resumed by itself when the stream breaks off.
    ///
    /// - Parameters:
    ///   - index: the revision up to which all is known already; nil begins with snapshots.
    ///   - backoff: the waits between tries while the server is away; 0.5 s to 15 s.
    public func watch(
        _ scope: WatchScope, _ query: InstanceQuery = .available, from index: Revision? = nil,
        backoff: Backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))
    ) -> WatchEvents {
        var target = RequestTarget("v1", "watch")
        target.add(namespace: self.namespace)
        let names = if case .services(let names) = scope { names } else { ["*"] }
        for name in names { target.add("service", name) }
        query.add(to: &target)
        return WatchEvents(
            transport: self.transport, target: target, watched: names.map { self.service($0) }, index: index,
            backoff: backoff)
    }
}
