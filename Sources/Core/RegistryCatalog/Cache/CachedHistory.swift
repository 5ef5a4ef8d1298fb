import RegistryModel

/// What caches tell of the history that a node showed before it started, to be held against the store's: one that was emptied or restored
/// while no node ran looks sound by itself. Pure.
public struct CachedHistory: Sendable, Hashable {
    private let candidates: [SnapshotChoice.Candidate]

    init(_ candidates: [SnapshotChoice.Candidate]) { self.candidates = candidates }

    /// Whether the store holds less than what is known of its registry, or is another registry than this node's. Only the node's own file
    /// says which that is: a cache that others write to as well may be another registry's.
    func contradicts(registryID: String, revision: Revision) -> Bool {
        self.candidates.contains { candidate in
            candidate.position.registryID == registryID
                ? candidate.position.revision > revision : candidate.kind == .file
        }
    }
}
