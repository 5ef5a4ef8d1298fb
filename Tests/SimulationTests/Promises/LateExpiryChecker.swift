import RegistryCatalog
import RegistryModel

/// P5: an instance that is not renewed is DOWN within its ttl and a bound, counted from its last sign of life or from the last
/// disturbance. The bound is a tick (50 ms), the wheel's resolution (50 ms), and the commit, which waits for the one before it.
struct LateExpiryChecker: Checker {
    static let promise = Promise.notLate

    private static let tick: Int64 = 50
    /// A pause that is longer is one for certain.
    private static let standstill: Int64 = 1_100

    private let bound: Int64
    private let usualCommit: Int64
    private let deadlines: Deadlines
    /// When an instance was last touched by anything that may have renewed it.
    private var touched: [InstanceKey: Int64] = [:]
    private var calls: [Int: InstanceKey] = [:]
    private var inFlight: [InstanceKey: Int] = [:]
    private var disturbed: Int64 = 0
    private var begun: [Int: Int64] = [:]
    private var failing = false
    private var hiccup = (until: Int64(0), length: Int64(0))
    /// The instances that owe heartbeats and are not DOWN.
    private var owing: [InstanceKey: Int64] = [:]

    init(_ settings: SimulationSettings) {
        self.usualCommit = settings.usualCommit.milliseconds
        // A tick notes the end of a disturbance, another one what is due.
        self.bound = 3 * Self.tick + 2 * self.usualCommit
        self.deadlines = Deadlines(ttl: settings.catalog.ttl)
    }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .invoked(let call): self.begin(call)
        case .answered(let call, _): self.end(call, at: now)
        case .jumped(let from):
            self.disturb(now)
            // It is not known before the next tick that the store is away as well.
            let isUncertain = self.failing || !self.begun.isEmpty
            self.hiccup = (until: now + Self.tick, length: isUncertain ? now - from : 0)
        case .loaded:
            self.failing = false
            self.disturbed = now
        case .crashed:
            self.calls = [:]
            self.inFlight = [:]
            self.begun = [:]
            self.disturbed = .max
        case .committing(let id, _): self.begun[id] = now
        case .commitEnded(let id, let failed, let conflicted):
            self.failing = failed
            let took = now - (self.begun.removeValue(forKey: id) ?? now)
            if failed || conflicted || took > self.usualCommit { self.disturb(now) }
        case .probed(let isWritable):
            self.failing = !isWritable
            self.disturb(now)
        case .durable(_, let batch): return self.take(batch, at: now)
        case .sampled: return self.overdue(at: now)
        default: break
        }
        return []
    }

    private mutating func disturb(_ now: Int64) {
        if self.disturbed != .max { self.disturbed = now }
    }

    private mutating func begin(_ call: Call) {
        guard let key = call.instance else { return }
        self.calls[call.id] = key
        self.inFlight[key, default: 0] += 1
    }

    private mutating func end(_ call: Call, at now: Int64) {
        guard let key = self.calls.removeValue(forKey: call.id) else { return }
        self.inFlight[key, default: 1] -= 1
        self.touched[key] = self.counted(now)
    }

    /// When a sign of life counts from.
    private func counted(_ now: Int64) -> Int64 {
        now <= self.hiccup.until && self.hiccup.length < Self.standstill ? now + self.hiccup.length : now
    }

    private mutating func take(_ batch: CommittedBatch, at now: Int64) -> [String] {
        var found: [String] = []
        for case .instance(let key, _, _, let instance) in batch.records {
            let cause = instance?.health.cause
            if cause == .expire, self.owing[key] != nil, let late = self.lateness(of: key, at: now) {
                found.append("\(key) is DOWN \(late) ms after its bound")
            }
            self.owing[key] = instance?.health.state == .down ? nil : self.deadlines.ttl(of: instance)
            self.touched[key] = self.counted(now)
        }
        return found
    }

    private func overdue(at now: Int64) -> [String] {
        self.owing.keys.sorted().compactMap { key in
            self.lateness(of: key, at: now).map { "\(key) is not DOWN \($0) ms after its bound" }
        }
    }

    /// Milliseconds past the bound; nil while it is not.
    private func lateness(of key: InstanceKey, at now: Int64) -> Int64? {
        guard !self.failing, self.inFlight[key] ?? 0 == 0, self.disturbed != .max, let ttl = self.owing[key] else {
            return nil
        }
        // A commit that takes longer than usual is a disturbance that has not ended yet.
        guard self.begun.values.allSatisfy({ now - $0 <= self.usualCommit }) else { return nil }
        let late = now - max(self.touched[key] ?? 0, self.disturbed) - ttl - self.bound
        return late > 0 ? late : nil
    }
}
