/// What travels on an instance's network since its reporter started.
public struct NetworkUse: Sendable, Hashable {
    public var receivedBytes: Int64
    public var sentBytes: Int64
    public var errors: Int64

    public init(receivedBytes: Int64 = 0, sentBytes: Int64 = 0, errors: Int64 = 0) {
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.errors = errors
    }
}

/// What an instance says of its resources. cpu, memory and disk are fractions from 0 to 1.
public struct HealthDetails: Sendable, Hashable {
    public var cpu: Double?
    public var memory: Double?
    public var disk: Double?
    public var network: NetworkUse?
    public var errors: [String]

    public init(
        cpu: Double? = nil, memory: Double? = nil, disk: Double? = nil, network: NetworkUse? = nil,
        errors: [String] = []
    ) {
        self.cpu = cpu
        self.memory = memory
        self.disk = disk
        self.network = network
        self.errors = errors
    }
}

/// What an instance says of its work. requests and errors count from the reporter's start, latency is mean milliseconds.
public struct LoadReport: Sendable, Hashable {
    public var requests: Int64
    public var errors: Int64
    public var latency: Double
    public var cpu: Double?
    public var memory: Double?

    public init(requests: Int64 = 0, errors: Int64 = 0, latency: Double = 0, cpu: Double? = nil, memory: Double? = nil)
    {
        self.requests = requests
        self.errors = errors
        self.latency = latency
        self.cpu = cpu
        self.memory = memory
    }
}

/// A heartbeat with something to say: the body of `PUT …/health`.
public struct HealthReport: Sendable, Hashable {
    /// Nil: a mere renewal. DOWN holds until an UP.
    public var status: HealthState?
    /// The check of type `ttl` that is reported on; empty: the only one.
    public var check: String
    public var details: HealthDetails?
    public var load: LoadReport?
    /// Kept with the health until the next report that has some.
    public var metadata: Metadata?
    public var incarnation: Int64?

    public init(
        status: HealthState? = nil, check: String = "", details: HealthDetails? = nil, load: LoadReport? = nil,
        metadata: Metadata? = nil, incarnation: Int64? = nil
    ) {
        self.status = status
        self.check = check
        self.details = details
        self.load = load
        self.metadata = metadata
        self.incarnation = incarnation
    }

    /// Whether there is anything in it to keep besides the renewal.
    public var hasObservations: Bool { self.details != nil || self.load != nil || self.metadata != nil }

    /// Every field that breaks a limit; empty when it is sound.
    public func validate() -> [FieldError] {
        var check = FieldCheck()
        if self.status == .unknown { check.fail("status", "is UNKNOWN; a report says UP or DOWN") }
        if !self.check.isEmpty { check.name(self.check, "check") }
        check.incarnation(self.incarnation, "incarnation")
        if let metadata = self.metadata { check.metadata(metadata, "metadata") }
        if let details = self.details { check.details(details) }
        if let load = self.load { check.load(load) }
        return check.errors
    }
}

extension FieldCheck {
    fileprivate mutating func details(_ details: HealthDetails) {
        self.fraction(details.cpu, "details.cpu")
        self.fraction(details.memory, "details.memory")
        self.fraction(details.disk, "details.disk")
        if let network = details.network {
            self.count(network.receivedBytes, "details.network.rx_bytes")
            self.count(network.sentBytes, "details.network.tx_bytes")
            self.count(network.errors, "details.network.errors")
        }
        self.entries(details.errors.count, Limits.detailErrors, "entries", "details.errors")
        for (index, error) in details.errors.prefix(Limits.detailErrors).enumerated() {
            self.text(error, Limits.errorBytes, "details.errors[\(index)]")
        }
    }

    fileprivate mutating func load(_ load: LoadReport) {
        self.count(load.requests, "load.requests")
        self.count(load.errors, "load.errors")
        self.fraction(load.cpu, "load.cpu")
        self.fraction(load.memory, "load.memory")
        if load.latency < 0 || !load.latency.isFinite {
            self.fail("load.latency", "is \(load.latency); a latency is milliseconds, 0 or more")
        }
    }
}
