public import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// Reads everything, page by page, at one revision, and opens the store if it is not open. Batches up to that revision are not
    /// delivered any more.
    public func load() async throws(StoreError) -> StoredCatalog {
        try await self.open()
        let snapshot = try await self.snapshot()
        self.deliveries.skip(to: snapshot.revision)
        if let head = snapshot.head { self.session.withLock { $0.note(head) } }
        return snapshot.catalog
    }

    /// Everything at the newest revision of etcd's.
    func snapshot() async throws(StoreError) -> (catalog: StoredCatalog, head: HeadMark?, revision: Int64) {
        let session = self.session.withLock { $0 }
        var reading = SnapshotReading(self.layout, session)
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
        return (reading.catalog, reading.head, revision)
    }
}

/// A catalogue that is put together from pages of keys.
private struct SnapshotReading {
    private let layout: EtcdLayout
    private let timeline: Timeline
    private(set) var catalog: StoredCatalog
    private(set) var head: EtcdStore.HeadMark?
    private(set) var hasForeignRecords = false
    private var shared = SharedSpecs()

    init(_ layout: EtcdLayout, _ session: EtcdStore.Session) {
        self.layout = layout
        self.timeline = session.timeline
        self.catalog = StoredCatalog(
            registryID: session.registryID, revision: .zero, services: [], instances: [], tombstones: [],
            nextNumber: session.nextNumber)
    }

    mutating func take(_ page: [EtcdKeyValue]) throws(StoreError) {
        for pair in page {
            let (value, isForeign) = try StoredValue.read(pair, self.layout, self.timeline)
            self.hasForeignRecords = self.hasForeignRecords || isForeign
            switch value {
            case .service(let service): self.catalog.services.append(service)
            case .instance(_, let service, var instance):
                self.shared.share(&instance.spec)
                self.catalog.instances.append(StoredInstance(service: service, instance: instance))
            case .tombstone(let key, let tombstone):
                self.catalog.tombstones.append(StoredTombstone(service: key.service, tombstone: tombstone))
            case .override(let stored): self.catalog.overrides.append(stored)
            case .subscription(let subscription): self.catalog.subscriptions.append(subscription)
            case .head(let record):
                self.catalog.revision = self.timeline.revision(pair.modRevision)
                self.head = EtcdStore.HeadMark(record, revision: pair.modRevision)
            case .numbers, .meta, .other: break
            }
        }
    }
}
