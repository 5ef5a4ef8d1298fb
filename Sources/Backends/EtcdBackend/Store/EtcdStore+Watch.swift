import Logging
import Outbound
import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Synchronization

extension EtcdStore {
    /// Watches from the revision at which the store was opened, until the task is cancelled. Between two watches everything is read
    /// anew, when that is wanted or what should come next is compacted away.
    func watch() async {
        guard await self.opened.wait(for: 1) else { return }
        let observer = StoreObserver(self)
        var backoff = Backoff.reconnecting
        var tried: Int64 = 0
        while !Task.isCancelled {
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

    /// Returns nil when everything is to be read anew.
    private func watch(untilReload number: Int64, _ observer: StoreObserver) async -> EtcdError? {
        await withTaskGroup(of: EtcdError?.self) { group in
            group.addTask {
                do throws(EtcdError) {
                    try await self.client.watch(self.layout.watched, from: self.position.reached + 1, observer)
                } catch {
                    return error
                }
            }
            group.addTask {
                _ = await self.reloads.wanted.wait(for: number)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// Everything is told as one batch, which goes before what is watched from then on.
    private func readAnew() async {
        do throws(StoreError) {
            let snapshot = try await self.ownSnapshot()
            self.ledger.noteGap()
            self.session.withLock { session in
                if let head = snapshot.head { session.note(head) }
                session.delivered = snapshot.catalog.revision
            }
            await self.deliveries.advance(
                to: snapshot.revision, CommittedBatch(whole: snapshot.catalog, time: self.clock.wallTime))
            self.position.reach(snapshot.revision)
            self.logger?.notice(
                "everything was read anew from etcd", metadata: ["revision": "\(snapshot.catalog.revision)"])
        } catch {
            self.logger?.error("etcd cannot be read anew", metadata: ["error": "\(error)"])
        }
    }

    /// A snapshot of the history that this node knows: what it shows is never replaced by less.
    private func ownSnapshot() async throws(StoreError) -> Snapshot {
        let known = self.newestKnown
        let isOwn: Bool
        do {
            isOwn = try await self.isOwnHistory(on: nil)
        } catch {
            throw StoreError(error)
        }
        let snapshot = try await self.snapshot()
        guard isOwn, snapshot.revision >= known else { throw StoreError(.readOnly, Self.anotherHistory) }
        return snapshot
    }

    /// Makes sure that an endpoint holds the history that this node knows, not another one and not less of it.
    ///
    /// A cluster that was restored from a snapshot keeps its ids, and a watch above its revision is silent for ever.
    fileprivate func verify(_ endpoint: Int) async throws(EtcdError) {
        let isSame = try await self.isOwnHistory(on: endpoint)
        let obstacle = isSame ? nil : StoreError(.readOnly, Self.anotherHistory)
        self.session.withLock { $0.obstacle = obstacle }
        if let obstacle { throw EtcdError(.unavailable, obstacle.message) }
    }

    private func isOwnHistory(on endpoint: Int?) async throws(EtcdError) -> Bool {
        let newest = self.newestKnown
        let session = self.session.withLock { $0 }
        let meta = try await self.client.range(EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.meta))), on: endpoint)
        let stored = meta.kvs.first.flatMap { try? StoredMetaRecord(serializedBytes: $0.value) }
        guard stored?.registryID == session.registryID, meta.header.revision >= newest else { return false }
        guard let head = session.head else { return true }
        return try await self.holds(head, endpoint)
    }

    private static let anotherHistory =
        "etcd holds another history than this node, or less of it: it was emptied or restored from a snapshot. "
        + "Nothing is written until an operator has decided which is right"

    /// Whether a version of `head` that was seen is part of the endpoint's history; true when it is too old to tell.
    private func holds(_ head: HeadMark, _ endpoint: Int?) async throws(EtcdError) -> Bool {
        var query = EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.head)))
        query.revision = head.revision
        do {
            guard let pair = try await self.client.range(query, on: endpoint).kvs.first,
                let record = try? StoredHeadRecord(serializedBytes: pair.value)
            else { return false }
            return HeadMark(record, revision: pair.modRevision) == head
        } catch  where error.code == .compacted {
            return true
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
        let (timeline, previous) = store.session.withLock { ($0.timeline, $0.delivered) }
        let commit = WatchedCommit(
            watched, store.layout, timeline, previous: previous, now: store.clock.wallTime)
        for fault in commit.faults {
            store.logger?.error("a record in etcd is left out", metadata: ["error": "\(fault)"])
        }
        if commit.isForeign { store.session.withLock { $0.hasForeignRecords = true } }
        if let head = commit.head {
            store.session.withLock { $0.note(EtcdStore.HeadMark(head.record, revision: watched.revision)) }
            if head.record.writer == store.writer {
                store.ledger.note(head.record.sequence, .init(revision: watched.revision, keys: head.keys))
            }
        }
        let now = store.clock.monotonicMilliseconds
        store.session.withLock { session in
            session.trace.note(watched.revision, at: now)
            if let batch = commit.batch { session.delivered = batch.revision }
        }
        await store.deliveries.advance(to: watched.revision, commit.batch)
        store.position.reach(watched.revision)
    }
}
