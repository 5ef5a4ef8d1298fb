public import RegistryModel

/// The data of one event of a watch.
public enum WatchEventDocument: Sendable, Hashable {
    /// The view of a service as it is; at revision 0 and without instances when the service does not exist.
    case snapshot(ServiceKey, revision: Revision, ServiceDocument)
    /// What changed in the view of a service: the records, the instances that were changed or added, the ids of those that left.
    case change(
        ServiceKey, revision: Revision, changes: [HistoryRecord], instances: [Instance], removed: [String])
    /// What came between these revisions is not known any more; a snapshot follows.
    case gap(ServiceKey, from: Revision, to: Revision)
    /// Every service that is watched has had its first snapshot.
    case synced(Revision)

    /// The names of the events.
    public enum Name {
        public static let snapshot: StaticString = "snapshot"
        public static let change: StaticString = "change"
        public static let gap: StaticString = "gap"
        public static let synced: StaticString = "synced"
    }

    public var name: StaticString {
        switch self {
        case .snapshot: Name.snapshot
        case .change: Name.change
        case .gap: Name.gap
        case .synced: Name.synced
        }
    }
}
