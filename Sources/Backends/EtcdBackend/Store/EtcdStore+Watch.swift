import Logging
import Outbound
import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Synchronization

extension EtcdStore {
    /// Watches from the revision at which the store was opened, until the task is cancelled.
    func watch() async {
        guard await self.opened.wait(for: 1) else { return }
        let observer = StoreObserver(self)
        var backoff = Backoff.reconnecting
        while !Task.isCancelled {
            do throws(EtcdError) {
                try await self.client.watch(self.layout.watched, from: self.position.reached + 1, observer)
            } catch {
                self.session.withLock { $0.isWatching = false }
                if error.code == .cancelled { return }
                self.logger?.error("etcd cannot be watched", metadata: ["error": "\(error)"])
                if error.code == .compacted { await self.reload() }
            }
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// What should have come next is compacted away: everything is read anew, and told as one batch.
    private func reload() async {
        do throws(StoreError) {
            let (catalog, head, revision) = try await self.snapshot()
            if let head { self.session.withLock { $0.note(head) } }
            // Without another `head` than was watched nothing has changed.
            let isNew = head?.revision ?? 0 > self.position.reached
            await self.deliveries.advance(
                to: revision, isNew ? CommittedBatch(whole: catalog, time: self.clock.wallTime) : nil)
            self.position.reach(revision)
            self.logger?.notice("everything was read anew from etcd", metadata: ["revision": "\(catalog.revision)"])
        } catch {
            self.logger?.error("etcd cannot be read anew", metadata: ["error": "\(error)"])
        }
    }

    /// Makes sure that an endpoint holds the history that this node knows, not another one and not less of it.
    ///
    /// A cluster that was restored from a snapshot keeps its ids, and a watch above its revision is silent for ever.
    fileprivate func verify(_ endpoint: Int) async throws(EtcdError) {
        let session = self.session.withLock { $0 }
        let newest = max(session.newestRevision, self.position.reached)
        let meta = try await self.client.range(EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.meta))), on: endpoint)
        let stored = meta.kvs.first.flatMap { try? StoredMetaRecord(serializedBytes: $0.value) }
        let isSame: Bool
        if stored?.registryID != session.registryID || meta.header.revision < newest {
            isSame = false
        } else if let head = session.head {
            isSame = try await self.holds(head, endpoint)
        } else {
            isSame = true
        }
        let obstacle = isSame ? nil : StoreError(.readOnly, Self.anotherHistory)
        self.session.withLock { $0.obstacle = obstacle }
        if let obstacle { throw EtcdError(.unavailable, obstacle.message) }
    }

    private static let anotherHistory =
        "etcd holds another history than this node, or less of it: it was emptied or restored from a snapshot. "
        + "Nothing is written until an operator has decided which is right"

    /// Whether a version of `head` that was seen is part of the endpoint's history; true when it is too old to tell.
    private func holds(_ head: HeadMark, _ endpoint: Int) async throws(EtcdError) -> Bool {
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
        let commit = WatchedCommit(
            watched, store.layout, store.session.withLock { $0.timeline }, now: store.clock.wallTime)
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
        await store.deliveries.advance(to: watched.revision, commit.batch)
        store.position.reach(watched.revision)
    }
}
