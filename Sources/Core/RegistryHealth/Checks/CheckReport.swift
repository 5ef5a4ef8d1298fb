public import RegistryModel

/// What is known of one check of an instance, for people and programs that ask why.
public struct CheckReport: Sendable, Hashable {
    public var name: String
    public var kind: HealthCheck.Kind
    public var status: HealthState
    /// Since when it has had this status; nil until it has one.
    public var since: Timestamp?
    public var lastCheck: Timestamp?
    /// What the last probe said, in a sentence; may be empty.
    public var detail: String
    /// In a row, up to now; one of these is zero.
    public var successes: Int
    public var failures: Int

    public init(
        name: String, kind: HealthCheck.Kind, status: HealthState, since: Timestamp? = nil,
        lastCheck: Timestamp? = nil, detail: String = "", successes: Int = 0, failures: Int = 0
    ) {
        self.name = name
        self.kind = kind
        self.status = status
        self.since = since
        self.lastCheck = lastCheck
        self.detail = detail
        self.successes = successes
        self.failures = failures
    }
}

/// Who makes the registry's own checks, and can say how they are.
public protocol CheckReports: Sendable {
    /// Every check that is made of an instance, in the order of its registration; empty when none is.
    ///
    /// - Parameter number: the instance's number in the registry.
    func checks(of number: Int64) -> [CheckReport]

    var figures: ProbeFigures { get }
}

/// Where no checks are made.
public struct NoCheckReports: CheckReports {
    public init() {}

    public func checks(of number: Int64) -> [CheckReport] { [] }

    public var figures: ProbeFigures { ProbeFigures() }
}
