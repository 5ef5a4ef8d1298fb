import Logging
import Outbound
import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// How long the watch may take, in milliseconds, to bring what etcd has.
    private static let watchPatience: Int64 = 4_000

    /// Watches from the revision at which the store was opened, until the task is cancelled. Between two watches everything is read
    /// anew, when that is wanted or what should come next is compacted away.
    func watch() async {
        guard await self.opened.wait(for: 1) else { return }
        let observer = StoreObserver(self)
        var backoff = Backoff.reconnecting
        var tried: Int64 = 0
        while !Task.isCancelled {
            self.session.withLock { $0.isWatchOver = false }
            let error = await self.watch(untilReload: tried + 1, observer)
            self.session.withLock { $0.isWatching = false }
            if Task.isCancelled { return }
            let wanted = self.reloads.wanted.reached
            if let error, error.code != .cancelled {
                self.logger?.error("etcd cannot be watched", metadata: ["error": "\(error)"])
                await self.pause(&backoff)
            }
            if wanted > tried || error?.code == .compacted { await self.readAnew() }
            tried = wanted
            self.reloads.tried.reach(wanted)
        }
    }

    /// What the watch brings is not, or not any more, what this node knows: none of it counts, and it begins anew.
    fileprivate func giveUpWatch(_ finding: HistoryFinding) {
        let number = self.session.withLock { session in
            session.isWatching = false
            session.isWatchOver = true
            if case .other(let obstacle) = finding { session.obstacle = obstacle }
            session.reloads += 1
            return session.reloads
        }
        self.reloads.wanted.reach(number)
    }

    /// A member may answer and yet tell nothing new: then its watch goes on elsewhere, where calls are answered.
    private func untilWatchIsStuck() async -> EtcdError {
        repeat {
            let now = self.clock.monotonicMilliseconds
            let since = self.session.withLock { $0.awaited?.since }
            if let since, now - since > Self.watchPatience {
                self.session.withLock { $0.forgetAwaited() }
                return EtcdError(.timedOut, "etcd takes what is written, but the watch does not bring it")
            }
            try? await self.clock.sleep(for: .milliseconds(500))
        } while !Task.isCancelled
        return EtcdError(.cancelled, "the watch was cancelled")
    }

    /// Returns nil when everything is to be read anew.
    private func watch(untilReload number: Int64, _ observer: StoreObserver) async -> EtcdError? {
        await withTaskGroup(of: EtcdError?.self) { group in
            group.addTask {
                do throws(EtcdError) {
                    let timeline = self.session.withLock { $0.timeline }
                    let last = timeline.etcdRevision(atPosition: self.position.reached)
                    try await self.client.watch(self.layout.watched, from: last + 1, observer)
                } catch {
                    return error
                }
            }
            group.addTask {
                _ = await self.reloads.wanted.wait(for: number)
                return nil
            }
            group.addTask { await self.untilWatchIsStuck() }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

/// Takes what the watch of a store sees.
private final class StoreObserver: WatchObserver {
    private let store: EtcdStore

    init(_ store: EtcdStore) { self.store = store }

    func willWatch(on endpoint: Int) async throws(EtcdError) { try await self.store.verify(endpoint) }

    func isWatching(on endpoint: Int) async {
        let watches = self.store.session.withLock { session in
            session.isWatching = true
            session.watches += 1
            return session.watches
        }
        self.store.watches.reach(watches)
        self.store.logger?.info(
            "watching etcd", metadata: ["endpoint": "\(self.store.client.endpoints[endpoint])"])
    }

    func lost(_ endpoint: Int, _ error: EtcdError) async {
        self.store.session.withLock { $0.isWatching = false }
        self.store.logger?.warning(
            "etcd's watch broke",
            metadata: ["endpoint": "\(self.store.client.endpoints[endpoint])", "error": "\(error)"])
    }

    func take(_ watched: WatchBatch) async {
        let store = self.store
        let (timeline, previous, isOver) = store.session.withLock { ($0.timeline, $0.delivered, $0.isWatchOver) }
        guard !isOver else { return }
        let commit = WatchedCommit(watched, store.layout, timeline, previous: previous, now: store.clock.wallTime)
        for fault in commit.faults {
            store.logger?.error("a record in etcd is left out", metadata: ["error": "\(fault)"])
        }
        if let meta = commit.meta {
            let finding = store.session.withLock { $0.finding(meta, schema: store.schema, isComplete: true) }
            guard finding == .own else { return store.giveUpWatch(finding) }
            store.session.withLock { $0.note(meta, revision: watched.revision) }
        }
        if let head = commit.head, head.record.writer == store.writer {
            store.ledger.note(head.record.sequence, .init(revision: watched.revision, keys: head.keys))
        }
        let now = store.clock.monotonicMilliseconds
        store.session.withLock { session in
            if commit.isForeign { session.hasForeignRecords = true }
            if let last = watched.events.last(where: { $0.type == .put }) {
                session.note(watched: HistoryMark(last.kv))
            }
            session.trace.note(watched.revision, at: now)
            if let batch = commit.batch { session.delivered = max(session.delivered, batch.revision) }
        }
        let position = timeline.position(watched.revision)
        guard await store.deliveries.advance(to: position, commit.batch) else { return }
        store.position.reach(position)
    }
}
