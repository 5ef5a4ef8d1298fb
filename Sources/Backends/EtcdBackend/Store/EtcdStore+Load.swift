public import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// Reads everything, page by page, at one revision, and opens the store if it is not open. Batches up to that revision are not
    /// delivered any more.
    public func load(expecting expected: ExpectedHistory?) async throws(StoreError) -> StoredCatalog {
        if let expected { try await self.compare(with: expected) }
        try await self.openWithoutNumbers()
        if let obstacle = self.session.withLock({ $0.obstacle }) { throw obstacle }
        let timeline = self.session.withLock { $0.timeline }
        let snapshot = try await self.snapshot(timeline)
        try await self.check(snapshot, expected)
        let numbers = try await self.ownNumbers()
        self.deliveries.skip(to: timeline.position(snapshot.revision))
        self.session.withLock { session in
            session.delivered = max(session.delivered, snapshot.catalog.revision)
            if let mark = snapshot.mark { session.note(answered: mark) }
        }
        var catalog = snapshot.catalog
        catalog.numbers = numbers
        catalog.nextNumber = numbers.lowerBound
        return catalog
    }

    public func reload() async {
        let number = self.session.withLock { session in
            session.reloads += 1
            return session.reloads
        }
        self.reloads.wanted.reach(number)
        _ = await self.reloads.tried.wait(for: number)
    }

    /// A catalogue as it was read.
    struct Snapshot: Sendable {
        var catalog: StoredCatalog
        /// The newest of all keys.
        var mark: HistoryMark?
        /// With its revision.
        var meta: (StoredMetaRecord, Int64)?
        /// The revision of `head`; 0: there is none.
        var head: Int64 = 0
        var revision: Int64
    }

    /// Everything at the newest revision of etcd's.
    func snapshot(_ timeline: Timeline) async throws(StoreError) -> Snapshot {
        let number = self.session.withLock { $0.nextNumber }
        var reading = SnapshotReading(self.layout, nextNumber: number, timeline)
        var query = EtcdQuery(self.layout.watched)
        query.limit = self.configuration.pageKeys
        var fault: StoreError?
        let revision: Int64
        do {
            revision = try await self.client.pages(query) { (page) throws(EtcdError) in
                do throws(StoreError) {
                    try reading.take(page)
                } catch {
                    fault = error
                    throw EtcdError(.unexpectedAnswer, error.message)
                }
            }
            var vanished = EtcdQuery(self.layout.vanished)
            vanished.keysOnly = true
            vanished.revision = revision
            reading.take(vanished: try await self.client.range(vanished).kvs)
        } catch {
            throw fault ?? StoreError(error)
        }
        if reading.hasForeignRecords { self.session.withLock { $0.hasForeignRecords = true } }
        return reading.snapshot(at: revision)
    }
}
