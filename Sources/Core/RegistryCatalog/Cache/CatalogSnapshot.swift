/// All that is committed at one revision.
public struct CatalogSnapshot: Sendable {
    public var timeline: Int64
    public var catalog: StoredCatalog

    public init(timeline: Int64, catalog: StoredCatalog) {
        self.timeline = timeline
        self.catalog = catalog
    }

    public var position: SnapshotPosition {
        SnapshotPosition(
            registryID: self.catalog.registryID, timeline: self.timeline, revision: self.catalog.revision)
    }
}
