import RegistryCatalog
import RegistryModel
import Synchronization

/// Shows every event to every checker, and keeps what they find.
final class Judge: Sendable {
    /// A checker, and what it gets to see.
    struct Seat {
        let promise: Promise
        var checker: any Checker
        /// Nil: what happens at any node.
        var node: Int?

        init(_ checker: any Checker, node: Int? = nil) {
            self.promise = type(of: checker).promise
            self.checker = checker
            self.node = node
        }
    }

    private struct State {
        var truth = Truth()
        var seats: [Seat]
        /// The newest revision that anybody was told of.
        var acknowledged = Revision.zero
        var violations: [Violation] = []
        var tally = Tally()
    }

    private static let violationLimit = 200

    private let clock: SimulationClock
    private let trace: Trace
    private let state: Mutex<State>

    init(clock: SimulationClock, trace: Trace, seats: sending [Seat]) {
        self.clock = clock
        self.trace = trace
        self.state = Mutex(State(seats: seats))
    }

    /// Those who watch over a node that is alone.
    static func seats(_ settings: SimulationSettings) -> [Seat] {
        [
            Seat(DurabilityChecker()), Seat(RevisionChecker()), Seat(WatchChecker()),
            Seat(EarlyExpiryChecker(ttl: settings.catalog.ttl)), Seat(LateExpiryChecker(settings)),
            Seat(ReadChecker()), Seat(CauseChecker()), Seat(OverrideChecker(settings)), Seat(IncarnationChecker()),
            Seat(OutageChecker(settings)),
        ]
    }

    /// - Parameter node: where it happened; nil: at what all nodes share.
    func note(_ event: Event, at node: Int? = nil) {
        let now = self.clock.monotonicMilliseconds
        self.trace.say("\(now) \(node.map { "[\($0)] " } ?? "")\(event.line)")
        let (revision, count) = self.state.withLock { state in
            if case .durable(_, let batch) = event { state.truth.apply(batch, at: now) }
            if case .conflicted(let revision) = event { state.truth.noteEmpty(revision) }
            if case .answered(_, .success(let revision?)) = event {
                state.acknowledged = max(state.acknowledged, revision)
            }
            state.tally.count(event)
            for index in state.seats.indices where node == nil || [nil, node].contains(state.seats[index].node) {
                for text in state.seats[index].checker.check(event, from: node, at: now, state.truth) {
                    guard state.violations.count < Self.violationLimit else { break }
                    let place = node.map { "node \($0): " } ?? ""
                    state.violations.append(
                        Violation(promise: state.seats[index].promise, time: now, text: place + text))
                }
            }
            return (state.truth.revision, state.violations.count)
        }
        self.trace.mix(Int(now), event.number)
        self.trace.mix(Int(revision.rawValue), count)
    }

    /// Counts what somebody was told who changes nothing.
    func count(_ error: RegistryError) { self.state.withLock { $0.tally.count(error) } }

    /// The newest revision that anybody was told of.
    var acknowledged: Revision { self.state.withLock { $0.acknowledged } }

    /// What the disk holds now.
    var truth: Truth { self.state.withLock { $0.truth } }

    var tally: Tally { self.state.withLock { $0.tally } }

    var violations: [Violation] { self.state.withLock { $0.violations } }
}
