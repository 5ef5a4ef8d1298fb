import RegistryCatalog
import RegistryModel
import SwiftProtobuf

/// A catalogue that is put together from pages of keys, in their order. Pure.
struct SnapshotReading {
    private let layout: EtcdLayout
    private let timeline: Timeline
    private var catalog: StoredCatalog
    private var mark: HistoryMark?
    private var meta: (StoredMetaRecord, Int64)?
    private var commit = NewestCommit()
    private(set) var hasForeignRecords = false
    private var shared = SharedSpecs()
    /// The services of the instances, by their keys: whoever wrote an instance may have taken its service for a new one, which another
    /// node had just made, and then the number that lies with it is nobody's.
    private var owners: [ServiceKey] = []
    private var members: [Member] = []
    private var digests: [(digest: Digest, position: Int64)] = []

    init(_ layout: EtcdLayout, nextNumber: Int64, _ timeline: Timeline) {
        self.layout = layout
        self.timeline = timeline
        self.catalog = StoredCatalog(
            registryID: "", revision: .zero, services: [], instances: [], tombstones: [],
            nextNumber: nextNumber)
    }

    /// Members in the order in which they joined, and digests in that in which they were written, as if they had been watched.
    func snapshot(at revision: Int64) -> EtcdStore.Snapshot {
        var catalog = self.catalog
        let numbers = Dictionary(catalog.services.map { ($0.key, $0.number) }, uniquingKeysWith: { first, _ in first })
        for (index, owner) in self.owners.enumerated() {
            if let number = numbers[owner] { catalog.instances[index].service = number }
        }
        catalog.revision = self.commit.revision(self.timeline)
        catalog.events = self.members.sorted { $0.epoch ?? 0 < $1.epoch ?? 0 }.map { .joined($0) }
        catalog.events += self.digests.sorted { $0.position < $1.position }.map { .digest($0, position: $1) }
        return EtcdStore.Snapshot(
            catalog: catalog, mark: self.mark, meta: self.meta, head: self.commit.headRevision, revision: revision)
    }

    /// - Parameter vanished: what tells when records were removed, at the revision of the pages.
    mutating func take(vanished: [EtcdKeyValue]) { self.commit.take(removalsAt: vanished.map(\.modRevision)) }

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
            case .head(let record): self.commit.take(head: record, revision: pair.modRevision)
            case .member(let member): self.members.append(member)
            case .digest(let digest, let position): self.digests.append((digest, position))
            case .meta(let record):
                self.meta = (record, pair.modRevision)
                self.catalog.registryID = record.registryID
            case .numbers, .other: break
            }
            if value.isRecord { self.commit.take(record: self.layout.name(of: pair.key), revision: pair.modRevision) }
        }
    }
}

extension StoredValue {
    /// Whether it is part of the catalogue.
    fileprivate var isRecord: Bool {
        switch self {
        case .service, .instance, .tombstone, .override, .subscription: true
        case .head, .numbers, .meta, .member, .digest, .other: false
        }
    }
}
