public import RegistryModel

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
