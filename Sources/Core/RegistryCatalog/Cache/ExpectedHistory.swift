public import RegistryModel

/// What a node showed before it started, which its store is to hold, or more of it: a store that was emptied or restored while no node ran
/// looks sound by itself. Pure.
public struct ExpectedHistory: Sendable, Hashable {
    public var registryID: String
    /// The newest commit that is known of.
    public var revision: Revision
    /// Whether this registry is the node's own. Only its own file, and what it shows, says that: a cache that others write to as well
    /// may be another registry's, and then counts only if the store says that it is this one.
    public var isCertain: Bool

    public init(registryID: String, revision: Revision, isCertain: Bool) {
        self.registryID = registryID
        self.revision = revision
        self.isCertain = isCertain
    }

    /// The newest of what caches hold of the same registry; nil: they hold nothing.
    init?(_ candidates: [SnapshotChoice.Candidate]) {
        let file = candidates.first { $0.kind == .file }
        guard let own = (file ?? candidates.first)?.position else { return nil }
        let positions = candidates.map(\.position).filter { $0.registryID == own.registryID }
        self.init(
            registryID: own.registryID, revision: positions.map(\.revision).max() ?? own.revision,
            isCertain: file != nil)
    }
}
