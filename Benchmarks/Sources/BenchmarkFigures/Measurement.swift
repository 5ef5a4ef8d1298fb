/// What one subject did in one kind of work, over all rounds.
public struct Measurement: Codable, Sendable, Hashable {
    /// Who did it: rollcall or a peer.
    public var subject: String
    /// What was done and how it was driven, such as "closed loop, wrk -c 64".
    public var work: String
    /// What is counted, for each second; such as "requests".
    public var unit: String
    public var rounds: [Round]

    /// One run of the work.
    public struct Round: Codable, Sendable, Hashable {
        /// Units done in a second.
        public var rate: Double
        public var latency: Latency?
        /// Cores that the server kept busy.
        public var serverCPU: Double?
        /// Cores that the load generator kept busy.
        public var generatorCPU: Double?

        public init(rate: Double, latency: Latency? = nil, serverCPU: Double? = nil, generatorCPU: Double? = nil) {
            self.rate = rate
            self.latency = latency
            self.serverCPU = serverCPU
            self.generatorCPU = generatorCPU
        }
    }

    public init(subject: String, work: String, unit: String, rounds: [Round] = []) {
        self.subject = subject
        self.work = work
        self.unit = unit
        self.rounds = rounds
    }

    public var rate: Double? { self.rounds.map(\.rate).median }
    public var latency: Latency? { self.rounds.compactMap(\.latency).median }
    public var serverCPU: Double? { self.rounds.compactMap(\.serverCPU).median }
    public var generatorCPU: Double? { self.rounds.compactMap(\.generatorCPU).median }

    /// Microseconds of processor time that the server spent on each unit: what is left of a rate when others use the machine too.
    public var serverMicroseconds: Double? {
        self.rounds.compactMap { round in
            round.rate > 0 ? round.serverCPU.map { $0 / round.rate * 1_000_000 } : nil
        }.median
    }

    /// How many times the other's rate this one is.
    public func ratio(to other: Measurement) -> Double? {
        guard let rate = self.rate, let base = other.rate, base > 0 else { return nil }
        return rate / base
    }
}
