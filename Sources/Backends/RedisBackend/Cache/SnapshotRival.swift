/// The registry that was refused last because another one's snapshot is there, as scripts mark it: its id, a blank and its store.
///
/// Two registries in two etcds may name their stores alike. A node that starts while its own is away, and has no file that tells its
/// registry's id, learns only from this mark that the snapshot may not be its registry's.
struct SnapshotRival: Hashable {
    let registryID: String
    let store: String

    /// Nil: no mark.
    init?(_ mark: String) {
        let parts = mark.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        self.registryID = String(parts[0])
        self.store = String(parts[1])
    }

    /// Whether this may be the registry of a node with that store, and the owner of the snapshot another one. Who was refused once and has
    /// its own snapshot there by now is nobody's rival.
    func mayBeRegistry(ofNodeWith store: String, insteadOf owner: String) -> Bool {
        self.store == store && self.registryID != owner
    }
}
