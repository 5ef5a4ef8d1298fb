public import RegistryModel

/// What a watcher wants to hear of.
public enum WatchScope: Sendable, Hashable {
    case services([ServiceKey])
    case namespace(String)
    case everything

    func contains(_ key: ServiceKey) -> Bool {
        switch self {
        case .services(let keys): keys.contains(key)
        case .namespace(let namespace): key.namespace == namespace
        case .everything: true
        }
    }

    /// Whether its first snapshots are followed by `synced`: it is more than one service.
    var saysSynced: Bool {
        if case .services(let keys) = self { keys.count > 1 } else { true }
    }
}

/// One thing that a watcher is to be told.
public struct WatchStep: Sendable {
    public enum Event: Sendable {
        /// A service as it is now; nil: there is no such service.
        case snapshot(ServiceKey, ServiceSnapshot?)
        /// What one commit changed in a service.
        case delta(ServiceDelta)
        /// Changes between these revisions are not told one by one; the snapshot that follows shows what became of them.
        /// A service named `*` stands for all in the scope: every one that exists follows as a snapshot, then `synced`.
        case gap(ServiceKey, from: Revision, to: Revision)
        /// Everything that exists in the scope has been sent.
        case synced
    }

    public let event: Event
    /// What the watcher has seen once it has seen this step and all before it.
    public let revision: Revision
    /// Whether a watcher may resume from ``revision`` after this step; else more of it follows.
    public let isResumable: Bool
}
