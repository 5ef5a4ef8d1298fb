import RegistryModel

/// Answers that rest on what this node shows, of which another one may know better: they are given behind a barrier only.
extension Result<CommandResult, RegistryError> {
    /// Whether this is one. What was committed was compared by the store.
    func mayBeOutdated(for command: Command) -> Bool {
        switch self {
        case .failure(let error): error.mayBeOutdated
        case .success(let done): !done.isProven && command.speaksOfRecords
        }
    }
}

extension [Command] {
    /// Those of which the results may be outdated, in order. Not where a later one about the same instance was committed: that proves what the
    /// earlier one rests on, and is not to be undone by it.
    func outdated(_ results: [Result<CommandResult, RegistryError>]) -> [Int] {
        var proven: Set<InstanceKey> = []
        var outdated: [Int] = []
        for index in self.indices.reversed() {
            let key = self[index].instanceKey
            if results[index].mayBeOutdated(for: self[index]) {
                if key.map({ !proven.contains($0) }) ?? true { outdated.append(index) }
            } else if let key, case .success = results[index] {
                proven.insert(key)
            }
        }
        return outdated.reversed()
    }
}

extension Command {
    /// Whether its answer says how a record is from then on. A mere heartbeat's does not: it reaches the one that is meant, or nobody.
    fileprivate var speaksOfRecords: Bool {
        switch self {
        case .register, .update, .deregister, .drain, .undrain, .updateService, .deleteService, .putOverride,
            .liftOverride, .liftProtection, .subscription:
            true
        case .renew(_, let status, _): status != nil
        case .expire, .purge, .observe, .reviewService, .purgeService, .purgeTombstone, .purgeOverride: false
        }
    }
}

extension AwaitedWrites.Summary {
    /// Whether what a command is about was committed with it.
    func prove(_ command: Command) -> Bool {
        switch command {
        case .putOverride, .liftOverride, .purgeOverride, .subscription: self.hasOther
        case .updateService, .deleteService, .purgeService, .reviewService, .liftProtection: self.hasService
        default: self.hasInstance
        }
    }
}

extension RegistryError {
    static let changedElsewhere = RegistryError(
        .behind, "Another node has just changed the same; ask again.", retryAfter: .seconds(1))
}
