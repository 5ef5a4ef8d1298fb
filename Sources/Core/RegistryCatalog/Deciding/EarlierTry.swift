import RegistryModel

/// What became of a command that met a conflict and is decided again. Writes stand or fall alone, so some of it may be committed.
struct EarlierTry: Sendable, Hashable {
    /// The newest commit that holds some of it; zero: none does.
    ///
    /// Whoever made the service's record conflict after that has written it at a later revision, so that one more try is enough.
    var reached = Revision.zero
    /// It is committed but for its service's record, and not to be done once more: others may have decided on it since.
    var isDone = false
    /// It counted as a sign of life.
    var isRenewal = false
    /// Instances of others that it was to remove.
    var ghosts: [InstanceKey] = []

    /// It met another conflict.
    mutating func note(_ writes: AwaitedWrites.Summary, isRenewal: Bool, ghosts: [InstanceKey]) {
        self.reached = max(self.reached, writes.revision ?? .zero)
        self.isDone = self.isDone || writes.lacksServiceAlone
        self.isRenewal = self.isRenewal || isRenewal
        self.ghosts = ghosts
    }
}
