import GRPCCore
import Outbound
import Synchronization

/// Who is told what a watch sees. Everything is told by one task, one after another; the watch reads on when it has returned.
protocol WatchObserver: Sendable {
    /// An endpoint is about to be asked. Throw to take another one.
    func willWatch(on endpoint: Int) async throws(EtcdError)
    /// The endpoint watches, and from now on tells what happens.
    func isWatching(on endpoint: Int) async
    func take(_ batch: WatchBatch) async
    /// It does not any more, and another endpoint is tried, from the next revision on.
    func lost(_ endpoint: Int, _ error: EtcdError) async
}

extension EtcdClient {
    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        let progress = WatchProgress(from: revision)
        var backoff = Backoff.reconnecting
        var endpoint = self.preferredEndpoint
        var expired: String?
        while true {
            let error = await self.watchOnce(range, on: endpoint, progress, insteadOf: expired, observer)
            if progress.restart() { backoff.reset() }
            expired = error.code == .tokenExpired ? progress.token : nil
            if Task.isCancelled { throw EtcdError(.cancelled, "the watch was cancelled") }
            guard
                error.isTransient || error.code == .tokenExpired || error.code == .unexpectedAnswer
                    || error.code == .cancelled || error.code == .futureRevision
            else { throw error }
            await observer.lost(endpoint, error)
            // Calls need not wait for their own failure to find out.
            self.noteFailure(of: endpoint)
            endpoint = self.endpoint(after: endpoint)
            do {
                try await Task.sleep(for: backoff.next())
            } catch {
                throw EtcdError(.cancelled, "the watch was cancelled")
            }
        }
    }

    /// One stream, until it breaks.
    private func watchOnce(
        _ range: EtcdRange, on endpoint: Int, _ progress: WatchProgress, insteadOf expired: String?,
        _ observer: some WatchObserver
    ) async -> EtcdError {
        let dialTimeout = self.configuration.dial
        do {
            let metadata = try await self.metadata(
                on: endpoint, insteadOf: expired, until: ContinuousClock.now + dialTimeout, isStream: true)
            progress.token = Self.token(in: metadata)
            try await observer.willWatch(on: endpoint)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await self.readWatch(range, on: endpoint, metadata, progress, observer)
                }
                group.addTask {
                    try await Task.sleep(for: dialTimeout)
                    guard progress.isCreated else {
                        throw EtcdError(.timedOut, "\(self.endpoints[endpoint]) did not begin to watch in time")
                    }
                    await untilCancelled()
                }
                try await group.next()
            }
            return EtcdError(.unavailable, "\(self.endpoints[endpoint]) ended the watch")
        } catch {
            return error as? EtcdError ?? EtcdError(.cancelled, "the watch was cancelled")
        }
    }

    private func readWatch(
        _ range: EtcdRange, on endpoint: Int, _ metadata: Metadata, _ progress: WatchProgress,
        _ observer: some WatchObserver
    ) async throws(EtcdError) {
        var create = EtcdWatchCreateRequest()
        create.key = range.start
        create.rangeEnd = range.end
        create.startRevision = progress.next
        create.fragment = true
        var request = EtcdWatchRequest()
        request.createRequest = create
        let creation = request
        try await self.connection(endpoint).stream(.watch, metadata: metadata) { writer in
            try await writer.write(creation)
            // The end of the requests would be the end of the watch.
            await untilCancelled()
        } _: { responses in
            for try await response in responses {
                if response.canceled { throw EtcdError(cancelled: response) }
                if response.created {
                    progress.isCreated = true
                    await observer.isWatching(on: endpoint)
                }
                for batch in progress.take(response) { await observer.take(batch) }
            }
        }
    }
}

/// How far a watch has come, over its streams.
private final class WatchProgress: Sendable {
    private struct State {
        var assembly: WatchAssembly
        var isCreated = false
        var token: String?
    }

    private let state: Mutex<State>

    init(from revision: Int64) { self.state = Mutex(State(assembly: WatchAssembly(from: revision))) }

    var next: Int64 { self.state.withLock { $0.assembly.next } }

    var isCreated: Bool {
        get { self.state.withLock { $0.isCreated } }
        set { self.state.withLock { $0.isCreated = newValue } }
    }

    /// The one that the stream was opened with.
    var token: String? {
        get { self.state.withLock { $0.token } }
        set { self.state.withLock { $0.token = newValue } }
    }

    func take(_ response: EtcdWatchResponse) -> [WatchBatch] { self.state.withLock { $0.assembly.take(response) } }

    /// Returns whether the stream that is lost had come about.
    func restart() -> Bool {
        self.state.withLock { state in
            state.assembly.restart()
            defer { state.isCreated = false }
            return state.isCreated
        }
    }
}

extension EtcdError {
    /// Why a member ended a watch.
    fileprivate init(cancelled response: EtcdWatchResponse) {
        guard response.compactRevision == 0 else {
            self.init(.compacted, "what was before revision \(response.compactRevision) is compacted")
            return
        }
        self.init(RPCError(code: .unavailable, message: response.cancelReason), wasSent: true)
    }
}

/// Waits for nothing but the end of the task.
func untilCancelled() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
    // Kept until then: a stream without its continuation would be over.
    continuation.finish()
}
