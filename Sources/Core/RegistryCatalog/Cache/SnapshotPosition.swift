public import RegistryModel

/// Which state of which registry a snapshot is.
public struct SnapshotPosition: Sendable, Hashable, CustomStringConvertible {
    /// Made with the data, and never changed.
    public var registryID: String
    /// Counts the histories that an operator let begin, after the store had been restored or emptied.
    public var timeline: Int64
    /// The newest commit in it.
    public var revision: Revision

    public init(registryID: String, timeline: Int64, revision: Revision) {
        self.registryID = registryID
        self.timeline = timeline
        self.revision = revision
    }

    /// Whether it is a later state of the same registry.
    public func isNewer(than other: SnapshotPosition) -> Bool {
        self.registryID == other.registryID
            && (self.timeline, self.revision) > (other.timeline, other.revision)
    }

    public var description: String { "revision \(self.revision) of timeline \(self.timeline)" }
}

/// All that is committed at one revision.
public struct CatalogSnapshot: Sendable {
    public var timeline: Int64
    public var catalog: StoredCatalog
    /// When it was the newest, by the wall clock of its writer: for how old answers from it are.
    public var savedAt: Timestamp

    public init(timeline: Int64, catalog: StoredCatalog, savedAt: Timestamp = Timestamp(milliseconds: 0)) {
        self.timeline = timeline
        self.catalog = catalog
        self.savedAt = savedAt
    }

    public var position: SnapshotPosition {
        SnapshotPosition(
            registryID: self.catalog.registryID, timeline: self.timeline, revision: self.catalog.revision)
    }
}

extension Catalog {
    /// All that is committed and applied at this moment, as a store would hold it.
    ///
    /// The lock of the state is held only while references are taken. What is committed meanwhile copies what it changes.
    public func storedCatalog() -> StoredCatalog {
        let parts = self.applier.withState { state in
            (
                revision: state.revision, entries: state.entries, tombstones: state.tombstones,
                overrides: state.overrides.byKey, subscriptions: state.subscriptions, nextNumber: state.nextNumber
            )
        }
        var stored = StoredCatalog(
            registryID: self.registryID, revision: parts.revision, services: [], instances: [],
            tombstones: parts.tombstones.map { StoredTombstone(service: $0.key.service, tombstone: $0.value) },
            overrides: parts.overrides.map { StoredOverride(key: $0.key, override: $0.value) },
            subscriptions: Array(parts.subscriptions.all), nextNumber: parts.nextNumber)
        stored.services.reserveCapacity(parts.entries.count)
        stored.instances.reserveCapacity(parts.entries.reduce(0) { $0 + ($1?.instances.count ?? 0) })
        for case let entry? in parts.entries {
            var service = entry.service
            // The record's own: what the service shows beyond it follows from its instances and overrides.
            service.revision = entry.recordRevision
            stored.services.append(service)
            for record in entry.instances {
                var instance = record.instance
                instance.apply(nil)
                stored.instances.append(StoredInstance(service: service.number, instance: instance))
            }
        }
        return stored
    }
}
