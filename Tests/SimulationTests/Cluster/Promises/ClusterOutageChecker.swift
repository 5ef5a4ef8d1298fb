import RegistryCatalog
import RegistryModel

/// P11, at one node: while it cannot reach the store it says so, and whoever writes is told in time that he may try again.
struct ClusterOutageChecker: Checker {
    static let promise = Promise.outages

    /// A tick ends a wait, and another one what was begun behind it.
    private static let slack: Int64 = 150
    /// By then a node that is cut off has noticed.
    private static let noticed: Int64 = 3_500

    private let timeout: Int64
    /// Milliseconds that it stood still, by their ends.
    private var pauses: [(start: Int64, end: Int64)] = []
    private var samples: [(time: Int64, age: TimeSpan)] = []

    init(_ settings: SimulationSettings) { self.timeout = settings.catalog.storeTimeout.milliseconds + Self.slack }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .paused(let start):
            self.pauses.append((start, now))
            if self.pauses.count > 16 { self.pauses.removeFirst() }
        case .crashed: self.samples = []
        case .sampled(let age, _):
            self.samples.append((now, age))
            if self.samples.count > 400 { self.samples.removeFirst() }
        case .cut(let start):
            let silent = self.samples.filter { $0.time > start + Self.noticed && $0.time < now && $0.age == .zero }
            return silent.prefix(1).map { "it is cut off since \(start), and its age is \($0.age) at \($0.time)" }
        case .answered(let call, let result): return self.check(call, result, at: now)
        default: break
        }
        return []
    }

    private func check(_ call: Call, _ result: Result<Revision?, RegistryError>, at now: Int64) -> [String] {
        var found: [String] = []
        let paused = self.pauses.reduce(0) { $0 + max(min($1.end, now) - max($1.start, call.sent), 0) }
        let took = now - call.sent - paused
        if took > self.timeout { found.append("call \(call.id) took \(took) ms") }
        if case .failure(let error) = result {
            let isTemporary = [.storeUnavailable, .storeFull, .shed, .notReady, .behind].contains(error.code)
            if isTemporary, error.retryAfter == nil { found.append("call \(call.id) is not told when to try again") }
            if error.code == .internalError { found.append("call \(call.id) failed with \(error)") }
        }
        return found
    }
}
