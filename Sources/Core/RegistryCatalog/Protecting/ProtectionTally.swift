import RegistryModel

/// What an instance says about whether the registry can trust what it sees.
enum Standing: Sendable, Hashable {
    /// It would be returned by default.
    case well
    /// DOWN by a doubtful observation alone, and taken for gone.
    case fallen
    /// DOWN by a doubtful observation alone, and not taken for gone.
    case suspect
    /// It says nothing: its owner or an operator took it out of use, it was never checked, or it answers and is unwell.
    case aside
}

extension Instance {
    /// Those that are STARTING, DRAINING or OUT_OF_SERVICE do not count: callers are not given them, and that they fall silent is
    /// what is expected of them. Nor do those that report themselves DOWN or short of resources: they are heard.
    var standing: Standing {
        guard self.status == .up else { return .aside }
        switch self.health.state {
        case .up: return .well
        case .unknown: return .aside
        case .down:
            // Nobody was given one whose checks never passed, so its fall is nothing that the registry would have to doubt.
            guard self.health.isDoubtful, !self.health.faults.contains(.unchecked) else { return .aside }
            return self.health.isSuspect ? .suspect : .fallen
        }
    }
}

extension Health {
    /// DOWN, and nothing speaks against it but what may be the registry's or the network's own fault.
    var isDoubtful: Bool {
        let faults = self.faults.subtracting(.unchecked)
        return !faults.isEmpty && faults.isSubset(of: .doubtful)
    }
}

/// How the instances of one service stand, kept with the service so that no command has to count them.
struct ProtectionTally: Sendable, Hashable {
    private(set) var well: Int32 = 0
    private(set) var fallen: Int32 = 0
    private(set) var suspect: Int32 = 0
    /// With the flag, whatever their status.
    private(set) var flagged: Int32 = 0

    mutating func add(_ instance: Instance) { self.count(instance, by: 1) }
    mutating func remove(_ instance: Instance) { self.count(instance, by: -1) }

    private mutating func count(_ instance: Instance, by step: Int32) {
        if instance.health.isSuspect { self.flagged += step }
        switch instance.standing {
        case .well: self.well += step
        case .fallen: self.fallen += step
        case .suspect: self.suspect += step
        case .aside: break
        }
    }
}
