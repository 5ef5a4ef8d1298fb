import RegistryCatalog
import RegistryModel

/// What one revision of the watched keys means: what was committed, and by whom.
struct WatchedCommit {
    /// Nil: nothing of the catalogue changed, and no node said anything of itself.
    private(set) var batch: CommittedBatch?
    /// The transaction that did it, and the keys that it wrote: those of its writes that did not conflict. Nil: not one of ours.
    private(set) var head: (record: StoredHeadRecord, keys: Set<String>)?
    /// What says which history it is, if that was written or removed: then it is empty.
    private(set) var meta: StoredMetaRecord?
    /// A later version wrote some of it.
    private(set) var isForeign = false
    /// Values that are no records. What lay under their keys stays as it was.
    private(set) var faults: [StoreError] = []

    /// - Parameters:
    ///   - previous: the revision of the batch before, which what is no commit keeps.
    ///   - now: the time of what says none.
    init(
        _ watched: WatchBatch, _ layout: EtcdLayout, _ timeline: Timeline, previous: Revision, now: Timestamp
    ) {
        var values: [(name: String, value: StoredValue?)] = []
        for event in watched.events {
            let name = layout.name(of: event.kv.key)
            guard event.type == .put else {
                values.append((name, nil))
                if name == EtcdLayout.meta { self.meta = StoredMetaRecord() }
                continue
            }
            do throws(StoreError) {
                let (value, isForeign) = try StoredValue.read(event.kv, layout, timeline)
                switch value {
                case .head(let record): self.head = (record, [])
                case .meta(let record): self.meta = record
                default: break
                }
                self.isForeign = self.isForeign || isForeign
                values.append((name, value))
            } catch {
                if name == EtcdLayout.meta { self.meta = StoredMetaRecord() }
                self.faults.append(error)
            }
        }
        let keys = Set(values.map(\.name))
        self.head?.keys = keys
        let removals = Dictionary(grouping: self.head?.record.removals ?? [], by: \.key)
        let records = values.flatMap { Self.records($0.name, $0.value, removals[$0.name] ?? []) }
        let events = values.compactMap { Self.event($0.name, $0.value) }
        guard !records.isEmpty || !events.isEmpty else { return }
        let revision = records.isEmpty ? previous : timeline.revision(watched.revision)
        let changes = (self.head?.record.changes ?? []).filter { keys.contains($0.writtenKey) }
        self.batch = CommittedBatch(
            revision: revision, time: self.head.map { Timestamp(milliseconds: $0.record.time) } ?? now,
            records: records, changes: changes.map { $0.model(revision: revision) }, events: events)
    }

    /// What a node said of itself. A digest that is removed says nothing: with it comes another one.
    private static func event(_ name: String, _ value: StoredValue?) -> ClusterEvent? {
        switch value {
        case .member(let member): .joined(member)
        case .digest(let digest, let position): .digest(digest, position: position)
        case nil: if case .member(let id) = EtcdLayout.place(of: name) { .left(id) } else { nil }
        default: nil
        }
    }

    /// What happened under one key: what went, then what came.
    private static func records(
        _ name: String, _ value: StoredValue?, _ removals: [StoredRemovalRecord]
    ) -> [Write.Record] {
        var records = removals.compactMap { Write.Record(removal: $0, EtcdLayout.place(of: name)) }
        switch value {
        case .service(let service): records.append(.service(service.key, number: service.number, service))
        case .instance(let key, let service, let instance):
            records.append(.instance(key, number: instance.number, service: service, instance))
        case .tombstone(let key, let tombstone): records.append(.tombstone(key, number: tombstone.number, tombstone))
        case .override(let stored):
            records.append(.override(stored.key, number: stored.override.number, stored.override))
        case .subscription(let subscription):
            records.append(.subscription(subscription.id, number: subscription.number, subscription))
        case .head, .numbers, .meta, .member, .digest, .other: break
        case nil where removals.isEmpty:
            // Somebody removed it by hand.
            records += Write.Record.removals(EtcdLayout.place(of: name))
        case nil: break
        }
        return records
    }
}

extension StoredChangeRecord {
    /// The key below the prefix of the record that it belongs to.
    var writtenKey: String {
        if !self.key.isEmpty { return self.key }
        let service = ServiceKey(namespace: self.namespace, name: self.service)
        return self.instance.isEmpty
            ? EtcdLayout.service(service) : EtcdLayout.instance(InstanceKey(service: service, id: self.instance))
    }
}

extension Write.Record {
    fileprivate init?(removal: StoredRemovalRecord, _ place: EtcdLayout.Place) {
        switch (removal.kind, place) {
        case (.service, .service(let key)): self = .service(key, number: removal.number, nil)
        case (.instance, .instance(let key)):
            self = .instance(key, number: removal.number, service: removal.service, nil)
        case (.tombstone, .instance(let key)): self = .tombstone(key, number: removal.number, nil)
        case (.override, .override(let key)): self = .override(key, number: removal.number, nil)
        case (.subscription, .subscription(let id)): self = .subscription(id, number: removal.number, nil)
        default: return nil
        }
    }

    /// Of whatever lay there, whose numbers nobody told.
    fileprivate static func removals(_ place: EtcdLayout.Place) -> [Self] {
        switch place {
        case .service(let key): [.service(key, number: 0, nil)]
        case .instance(let key): [.instance(key, number: 0, service: 0, nil), .tombstone(key, number: 0, nil)]
        case .override(let key): [.override(key, number: 0, nil)]
        case .subscription(let id): [.subscription(id, number: 0, nil)]
        case .meta, .head, .numbers, .member, .digest, .other: []
        }
    }
}
