import RegistryModel

/// What became of a command that met a conflict and is decided again. Writes stand or fall alone, so some of it may be committed.
struct EarlierTry: Sendable, Hashable {
    /// The newest commit that holds some of it; zero: none does.
    ///
    /// Whoever made the service's record conflict after that has written it at a later revision, so that one more try is enough.
    var reached = Revision.zero
    /// It is committed but for its service's record, and not to be done once more: others may have decided on it since.
    var isDone: Bool { self.doneAt != nil }
    /// The commit that did it, which is what its caller is told: by the next one others may have changed it.
    private(set) var doneAt: Revision?
    /// What it is about was committed by it: its instance, or with `hasOther` a record of another kind. What is as it wants it without that is
    /// somebody else's doing.
    var hasInstance = false
    var hasOther = false
    /// It counted as a sign of life.
    var isRenewal = false
    /// Instances of others that it was to remove.
    var ghosts: [InstanceKey] = []

    /// Whether it has done what a command is for.
    func hasDone(_ command: Command) -> Bool {
        switch command {
        case .putOverride, .liftOverride, .purgeOverride, .subscription: self.hasOther
        default: self.hasInstance
        }
    }

    /// It met another conflict.
    ///
    /// - Parameter isRefusal: the writes are those of other commands, on which a refusal rests.
    mutating func note(
        _ writes: AwaitedWrites.Summary, of command: Command, isRefusal: Bool, isRenewal: Bool, ghosts: [InstanceKey]
    ) {
        self.reached = max(self.reached, writes.revision ?? .zero)
        guard !isRefusal else { return }
        self.hasInstance = self.hasInstance || writes.hasInstance
        self.hasOther = self.hasOther || writes.hasOther
        // A decision is one record, whatever becomes of those that others of its group write.
        let isDone = writes.lacksServiceAlone || (command.isDecision && self.hasDone(command))
        if isDone, self.doneAt == nil { self.doneAt = writes.revision }
        self.isRenewal = self.isRenewal || isRenewal
        self.ghosts = ghosts
    }
}

extension Command {
    /// Whether it is about a decision and nothing else.
    fileprivate var isDecision: Bool {
        switch self {
        case .putOverride, .liftOverride, .purgeOverride: true
        default: false
        }
    }
}
