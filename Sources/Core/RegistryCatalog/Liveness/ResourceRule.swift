import RegistryModel

/// From which share of a resource on, 0 to 1, an instance that reports it is DOWN for it. 1: never.
public struct ResourceThresholds: Sendable, Hashable {
    /// `health.thresholds.cpu`: 0.9.
    public var cpu: Double
    /// `health.thresholds.memory`: 0.9.
    public var memory: Double
    /// `health.thresholds.disk`: 0.9.
    public var disk: Double

    public init(cpu: Double = 0.9, memory: Double = 0.9, disk: Double = 0.9) {
        self.cpu = cpu
        self.memory = memory
        self.disk = disk
    }
}

/// Whether an instance is short of a resource, by what it reported of it lately.
///
/// It is once two reports in a row are above the threshold, and is not any more once two in a row are at least 0.05 below it. A report
/// in between breaks either row; one that does not mention the resource changes nothing. So an instance
/// whose load moves about the threshold does not flap.
struct ResourceGauge: Sendable, Hashable {
    static let reportsInARow = 2
    static let margin = 0.05

    /// Nil: not enough has been reported.
    private(set) var isShort: Bool?
    private var above: UInt8 = 0
    private var below: UInt8 = 0

    mutating func take(_ share: Double, threshold: Double) {
        guard threshold < 1 else {
            self.isShort = false
            return
        }
        self.above = share > threshold ? min(self.above + 1, 2) : 0
        self.below = share <= max(threshold - Self.margin, 0) ? min(self.below + 1, 2) : 0
        if self.above >= Self.reportsInARow { self.isShort = true }
        if self.below >= Self.reportsInARow { self.isShort = false }
    }
}

/// What an instance's reports of its resources come to. Its network and its errors are shown, and decide nothing: they count from the
/// reporter's start and have no measure that holds for every service.
struct ResourceRule: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        /// Nothing new.
        case open
        /// Of what, in a sentence.
        case short(String)
        case enough
    }

    private var cpu = ResourceGauge()
    private var memory = ResourceGauge()
    private var disk = ResourceGauge()

    mutating func take(_ details: HealthDetails, _ thresholds: ResourceThresholds) -> Verdict {
        if let share = details.cpu { self.cpu.take(share, threshold: thresholds.cpu) }
        if let share = details.memory { self.memory.take(share, threshold: thresholds.memory) }
        if let share = details.disk { self.disk.take(share, threshold: thresholds.disk) }
        let all = [
            ("cpu", details.cpu, self.cpu.isShort, thresholds.cpu),
            ("memory", details.memory, self.memory.isShort, thresholds.memory),
            ("disk", details.disk, self.disk.isShort, thresholds.disk),
        ]
        let short = all.filter { $0.2 == true }
        guard short.isEmpty else {
            let figures = short.map { name, share, _, threshold in
                share.map { "\(name) is at \(Self.percent($0)), above \(Self.percent(threshold))" }
                    ?? "\(name) was above \(Self.percent(threshold))"
            }
            return .short("It is short of resources: \(figures.joined(separator: "; ")).")
        }
        let told = all.filter { $0.1 != nil }
        return !told.isEmpty && told.allSatisfy { $0.2 == false } ? .enough : .open
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
