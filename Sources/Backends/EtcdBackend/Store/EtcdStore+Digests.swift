public import RegistryCatalog
public import RegistryModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What nodes tell each other of beats. Digests do not wait for commits, nor these for them.
extension EtcdStore {
    /// How often the removal of digests is tried, while this node writes its own.
    private static let removalTries = 5

    public func put(_ digest: Digest) async throws(StoreError) {
        try self.requireWatching()
        let key = self.layout.key(EtcdLayout.beats(self.writer))
        let value = StoredDigestRecord(digest).bytes
        let known = self.newestKnown
        do throws(EtcdError) {
            let revision = try await self.client.put(key, value, lease: 0, isRepeatable: true).header.revision
            // An etcd that was put back to an older state may answer before the watch has found out.
            guard revision > known else { throw .wentBack }
            self.note(ownDigest: HistoryMark(key: Data(key.utf8), value: value, revision: revision))
        } catch {
            throw StoreError(error)
        }
    }

    private func note(ownDigest digest: HistoryMark) {
        let now = self.clock.monotonicMilliseconds
        self.session.withLock { $0.note(ownDigest: digest, now: now) }
    }

    public func removeDigests(of writers: [UInt64]) async throws(StoreError) {
        let others = writers.filter { $0 != self.writer }
        for start in stride(from: 0, to: others.count, by: TransactionPlan.longest) {
            try await self.removePage(Array(others[start..<min(start + TransactionPlan.longest, others.count)]))
        }
    }

    /// With the removal comes this node's own digest, so that the newest digest there is never becomes an older one: a node that has
    /// not heard of what is removed here is still behind.
    private func removePage(_ writers: [UInt64]) async throws(StoreError) {
        let own = self.layout.key(EtcdLayout.beats(self.writer))
        for _ in 0..<Self.removalTries {
            try self.requireWatching()
            guard let digest = self.session.withLock({ $0.ownDigest }) else { break }
            var compares = [EtcdCompare.onKey(own, to: .modRevision(digest.revision))]
            compares += writers.map { .onKey(self.layout.key(EtcdLayout.member($0)), to: .createRevision(0)) }
            var operations = writers.map { EtcdRequestOp.delete(EtcdRange(self.layout.key(EtcdLayout.beats($0)))) }
            operations.append(.put(own, digest.value))
            do {
                let response = try await self.client.transaction(.when(compares, then: operations))
                guard response.succeeded else { continue }
                self.note(
                    ownDigest: HistoryMark(key: digest.key, value: digest.value, revision: response.header.revision))
                return
            } catch {
                throw StoreError(error)
            }
        }
        throw StoreError(
            .unavailable, "digests of processes that are gone could not be removed beside this node's own; retry")
    }

    public func newestRevision() async throws(StoreError) -> Revision {
        try await self.waitUntilWatching()
        let known = self.newestKnown
        let head: EtcdRangeResponse
        do {
            head = try await self.client.range(EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.head))))
        } catch {
            throw StoreError(error)
        }
        guard head.header.revision >= known else { throw StoreError(.wentBack) }
        // The newest `head` may have committed nothing. What did tells the watch.
        let timeline = self.session.withLock { $0.timeline }
        guard await self.wait(self.position, for: timeline.position(head.kvs.first?.modRevision ?? 0)) else {
            throw StoreError(.unavailable, "etcd's newest commits do not arrive; retry")
        }
        return self.session.withLock { $0.delivered }
    }
}
