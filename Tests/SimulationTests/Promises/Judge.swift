import RegistryCatalog
import RegistryModel
import Synchronization

/// Shows every event to every checker, and keeps what they find.
final class Judge: Sendable {
    private struct State {
        var truth = Truth()
        var checkers: [(promise: Promise, checker: any Checker)]
        var violations: [Violation] = []
        var tally = Tally()
    }

    private static let violationLimit = 200

    private let clock: SimulationClock
    private let trace: Trace
    private let state: Mutex<State>

    init(clock: SimulationClock, trace: Trace, settings: SimulationSettings) {
        self.clock = clock
        self.trace = trace
        self.state = Mutex(
            State(checkers: [
                (.durable, DurabilityChecker()), (.forward, RevisionChecker()), (.watch, WatchChecker()),
                (.notEarly, EarlyExpiryChecker(ttl: settings.catalog.ttl)),
                (.notLate, LateExpiryChecker(settings)), (.ownWrites, ReadChecker()), (.causes, CauseChecker()),
                (.overrides, OverrideChecker(settings)),
                (.incarnations, IncarnationChecker()), (.outages, OutageChecker(settings)),
            ]))
    }

    func note(_ event: Event) {
        let now = self.clock.monotonicMilliseconds
        self.trace.say("\(now) \(event.line)")
        let (revision, count) = self.state.withLock { state in
            if case .durable(_, let batch) = event { state.truth.apply(batch) }
            state.tally.count(event)
            for index in state.checkers.indices {
                for text in state.checkers[index].checker.check(event, at: now, state.truth) {
                    guard state.violations.count < Self.violationLimit else { break }
                    state.violations.append(
                        Violation(promise: state.checkers[index].promise, time: now, text: text))
                }
            }
            return (state.truth.revision, state.violations.count)
        }
        self.trace.mix(Int(now), event.number)
        self.trace.mix(Int(revision.rawValue), count)
    }

    var tally: Tally { self.state.withLock { $0.tally } }

    var violations: [Violation] { self.state.withLock { $0.violations } }

    /// Whether it has seen what a planted fault was to show.
    func caught(_ fault: PlantedFault) -> Bool {
        self.state.withLock { $0.violations.contains(where: { fault.isShown(by: $0) }) }
    }
}
