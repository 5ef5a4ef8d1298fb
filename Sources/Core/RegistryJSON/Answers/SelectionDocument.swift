public import RegistryModel

/// The instance that the server selected, or none, and why.
public struct SelectionDocument: Sendable, Hashable {
    /// One stage of the selection, and how many candidates it left.
    public struct Step: Sendable, Hashable {
        public var stage: String
        public var remaining: Int

        public init(stage: String, remaining: Int) {
            self.stage = stage
            self.remaining = remaining
        }
    }

    public var service: ServiceKey
    public var instance: Instance?
    /// The instance's weight as it counts now: less than its own while it warms up. Nil when none was selected.
    public var effectiveWeight: Double?
    public var strategy: String
    /// What came out, for programs: `selected`, or why nothing could be.
    public var code: String
    /// The same in a sentence, for people.
    public var reason: String
    /// Instances that were looked at.
    public var considered: Int
    public var steps: [Step]
    public var revision: Revision

    public init(
        service: ServiceKey, instance: Instance?, effectiveWeight: Double? = nil, strategy: String, code: String,
        reason: String, considered: Int,
        steps: [Step], revision: Revision
    ) {
        self.service = service
        self.instance = instance
        self.effectiveWeight = effectiveWeight
        self.strategy = strategy
        self.code = code
        self.reason = reason
        self.considered = considered
        self.steps = steps
        self.revision = revision
    }
}
