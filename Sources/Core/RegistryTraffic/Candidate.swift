public import RegistryModel

/// What selection looks at in an instance.
public struct Candidate: Sendable, Hashable {
    /// Tells it from the others; the same for as long as the instance is on the roll.
    public var id: String
    public var status: InstanceStatus
    /// Whether an operator keeps it from being chosen, whatever its owner says.
    public var isWithheld: Bool
    public var health: HealthState
    /// Its share of the calls, relative to the others'; never negative.
    public var weight: Int
    /// DOWN, but perhaps only the registry is cut off from it.
    public var isSuspect: Bool
    /// How much of its own weight that is, in percent: less than 100 while it warms up.
    public var share: Int

    public init(
        id: String, status: InstanceStatus = .up, isWithheld: Bool = false, health: HealthState = .up,
        weight: Int = Limits.defaultWeight, isSuspect: Bool = false, share: Int = 100
    ) {
        self.id = id
        self.status = status
        self.isWithheld = isWithheld
        self.health = health
        self.weight = weight
        self.isSuspect = isSuspect
        self.share = share
    }

    /// - Parameter share: how much of its weight counts now, in percent. Weights are in hundredths then, so that a small one can be
    ///   divided as well.
    public init(_ instance: Instance, share: Int = 100) {
        self.init(
            id: instance.id, status: instance.status, isWithheld: instance.isWithheld,
            health: instance.health.state, weight: Int(instance.weight) * share, isSuspect: instance.isSuspect,
            share: share)
    }
}
