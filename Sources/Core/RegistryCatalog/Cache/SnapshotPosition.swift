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
