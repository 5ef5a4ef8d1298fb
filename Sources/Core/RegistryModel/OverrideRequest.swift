/// What an operator asks for: a decision, before it is known when it is taken and what it replaces.
public struct OverrideRequest: Sendable, Hashable {
    /// What an operator may decide. STARTING is not among it: whether an instance is ready only the instance knows.
    public static let statuses: [InstanceStatus] = [.up, .draining, .outOfService]

    /// Nil: the owner's.
    public var status: InstanceStatus?
    /// Nil: the owner's.
    public var weight: UInt16?
    /// Why, in the operator's words; may be empty.
    public var reason: String
    /// How long it holds; nil: until it is lifted.
    public var expiresAfter: TimeSpan?

    public init(
        status: InstanceStatus? = nil, weight: UInt16? = nil, reason: String = "", expiresAfter: TimeSpan? = nil
    ) {
        self.status = status
        self.weight = weight
        self.reason = reason
        self.expiresAfter = expiresAfter
    }

    /// Every field that breaks a limit; empty when it is sound.
    public func validate() -> [FieldError] {
        var check = FieldCheck()
        if self.status == nil, self.weight == nil {
            check.fail("status", "is absent, and weight is too; an override says at least one of them")
        }
        if let status, !Self.statuses.contains(status) {
            check.fail("status", "is \(status); an operator decides UP, DRAINING or OUT_OF_SERVICE")
        }
        check.text(self.reason, Limits.overrideReasonBytes, "reason")
        if let span = self.expiresAfter, !Limits.overrideLifetime.contains(span) {
            let range = Limits.overrideLifetime
            check.fail("expires_after", "is \(span); it is \(range.lowerBound) to \(range.upperBound)")
        }
        return check.errors
    }
}

extension Override {
    /// "status OUT_OF_SERVICE, weight 10: the reason".
    public var summary: String {
        let decided = [self.status.map { "status \($0)" }, self.weight.map { "weight \($0)" }].compactMap { $0 }
        return decided.joined(separator: ", ") + (self.reason.isEmpty ? "" : ": \(self.reason)")
    }

    /// Whether it decides the same, for the same reason and for as long.
    public func says(_ request: OverrideRequest, at time: Timestamp) -> Bool {
        self.status == request.status && self.weight == request.weight && self.reason == request.reason
            && self.expiresAt == request.expiresAfter.map { time.advanced(by: $0) }
    }
}
