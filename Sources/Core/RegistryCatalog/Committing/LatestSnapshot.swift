import RegistryModel

/// Finds snapshots; commands that follow each other mostly mean the same service.
struct LatestSnapshot {
    private let index: SnapshotIndex
    private var latest: (key: ServiceKey, snapshot: ServiceSnapshot?)?

    init(index: SnapshotIndex) { self.index = index }

    subscript(key: ServiceKey) -> ServiceSnapshot? {
        mutating get {
            if let latest, latest.key == key { return latest.snapshot }
            let snapshot = self.index[key]
            self.latest = (key, snapshot)
            return snapshot
        }
    }
}
