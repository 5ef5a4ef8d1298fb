public import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// Reads everything, page by page, at one revision, and opens the store if it is not open. Batches up to that revision are not
    /// delivered any more.
    public func load() async throws(StoreError) -> StoredCatalog {
        try await self.openWithoutNumbers()
        let numbers = try await self.ownNumbers()
        let timeline = self.session.withLock { $0.timeline }
        let snapshot = try await self.snapshot(timeline)
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
        var revision: Int64
    }

    /// Everything at the newest revision of etcd's.
    func snapshot(_ timeline: Timeline) async throws(StoreError) -> Snapshot {
        let session = self.session.withLock { $0 }
        var reading = SnapshotReading(self.layout, session, timeline)
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
        } catch {
            throw fault ?? StoreError(error)
        }
        if reading.hasForeignRecords { self.session.withLock { $0.hasForeignRecords = true } }
        return reading.snapshot(at: revision)
    }
}

/// A catalogue that is put together from pages of keys.
private struct SnapshotReading {
    private let layout: EtcdLayout
    private let timeline: Timeline
    private var catalog: StoredCatalog
    private var mark: HistoryMark?
    private var meta: (StoredMetaRecord, Int64)?
    private(set) var hasForeignRecords = false
    private var shared = SharedSpecs()
    /// The services of the instances, by their keys: whoever wrote an instance may have taken its service for a new one, which another
    /// node had just made, and then the number that lies with it is nobody's.
    private var owners: [ServiceKey] = []
    private var members: [Member] = []
    private var digests: [(digest: Digest, position: Int64)] = []

    init(_ layout: EtcdLayout, _ session: EtcdStore.Session, _ timeline: Timeline) {
        self.layout = layout
        self.timeline = timeline
        self.catalog = StoredCatalog(
            registryID: session.registryID, revision: .zero, services: [], instances: [], tombstones: [],
            nextNumber: session.nextNumber)
    }

    /// Members in the order in which they joined, and digests in that in which they were written, as if they had been watched.
    func snapshot(at revision: Int64) -> EtcdStore.Snapshot {
        var catalog = self.catalog
        let numbers = Dictionary(catalog.services.map { ($0.key, $0.number) }, uniquingKeysWith: { first, _ in first })
        for (index, owner) in self.owners.enumerated() {
            if let number = numbers[owner] { catalog.instances[index].service = number }
        }
        catalog.events = self.members.sorted { $0.epoch ?? 0 < $1.epoch ?? 0 }.map { .joined($0) }
        catalog.events += self.digests.sorted { $0.position < $1.position }.map { .digest($0, position: $1) }
        return EtcdStore.Snapshot(catalog: catalog, mark: self.mark, meta: self.meta, revision: revision)
    }

    mutating func take(_ page: [EtcdKeyValue]) throws(StoreError) {
        for pair in page {
            let (value, isForeign) = try StoredValue.read(pair, self.layout, self.timeline)
            self.hasForeignRecords = self.hasForeignRecords || isForeign
            if pair.modRevision > self.mark?.revision ?? 0 { self.mark = HistoryMark(pair) }
            switch value {
            case .service(let service): self.catalog.services.append(service)
            case .instance(let key, let service, var instance):
                self.owners.append(key.service)
                self.shared.share(&instance.spec)
                self.catalog.instances.append(StoredInstance(service: service, instance: instance))
            case .tombstone(let key, let tombstone):
                self.catalog.tombstones.append(StoredTombstone(service: key.service, tombstone: tombstone))
            case .override(let stored): self.catalog.overrides.append(stored)
            case .subscription(let subscription): self.catalog.subscriptions.append(subscription)
            case .head: self.catalog.revision = self.timeline.revision(pair.modRevision)
            case .member(let member): self.members.append(member)
            case .digest(let digest, let position): self.digests.append((digest, position))
            case .meta(let record): self.meta = (record, pair.modRevision)
            case .numbers, .other: break
            }
        }
    }
}
