import RollcallClient
import Synchronization

/// Every call on the instances of one generation after another, and what no answer may contradict.
///
/// Each generation has instances of its own, so that what is judged stays small, and what an operator's decision gave up is out of the game.
final class OperationLog: Sendable {
    private struct State {
        var generation = 0
        var operations: [InstanceKey: [Operation]] = [:]
        /// When what was acknowledged so far was given up, by generation.
        var given: [Int: Int64] = [:]
        var values: UInt16 = 0
        /// What a consistent read must show at least.
        var floor: [ServiceKey: Revision] = [:]
        var violations: [String] = []
        var answered = 0
        var lost = 0
    }

    static let services = (0..<2).map { ServiceKey(name: "shared-\($0)") } + [ServiceKey(name: "alone")]
    private let state = Mutex(State())

    var generation: Int { self.state.withLock { $0.generation } }
    var violations: [String] { self.state.withLock { $0.violations } }
    /// How many calls were answered, and how many were not.
    var counts: (answered: Int, lost: Int) { self.state.withLock { ($0.answered, $0.lost) } }

    /// The instances of a generation: several of each shared service, and one that has its service to itself.
    static func keys(of generation: Int) -> [InstanceKey] {
        self.services.flatMap { service in
            (0..<(service.name == "alone" ? 1 : 4)).map { InstanceKey(service: service, id: "g\(generation)-\($0)") }
        }
    }

    /// Goes on with other instances.
    func nextGeneration() { self.state.withLock { $0.generation += 1 } }

    /// From now on what was acknowledged may be gone: the generation ends as it was.
    func giveUp(at time: Int64) {
        self.state.withLock { state in
            state.given[state.generation] = time
            state.generation += 1
        }
    }

    /// By which a write is known again. It wraps in a long soak; the instance that had the same weight is long past by then.
    func nextValue() -> UInt16 {
        self.state.withLock { state in
            state.values = state.values == .max ? 1 : state.values + 1
            return state.values
        }
    }

    // MARK: What happened

    func record(_ operation: Operation, on key: InstanceKey) {
        self.state.withLock { state in
            state.operations[key, default: []].append(operation)
            if operation.answer == .unknown { state.lost += 1 } else { state.answered += 1 }
        }
    }

    func report(_ violation: String) { self.state.withLock { $0.violations.append(violation) } }

    /// What a read that begins now must show at least of a service.
    func floor(of service: ServiceKey) -> Revision { self.state.withLock { $0.floor[service] ?? .zero } }

    /// Somebody was told that the service is at this revision, by its writer or a consistent read.
    func raise(_ service: ServiceKey, to revision: Revision) {
        self.state.withLock { $0.floor[service] = max($0.floor[service] ?? .zero, revision) }
    }

    // MARK: Judging

    /// The calls on the instances of a generation.
    func operations(of generation: Int) -> [(key: InstanceKey, operations: [Operation])] {
        let (operations, end) = self.state.withLock { ($0.operations, $0.given[generation]) }
        return Self.keys(of: generation).map { key in
            let all = operations[key] ?? []
            return (key, end.map { Self.cut(all, at: $0) } ?? all)
        }
    }

    /// What is known of calls that began before a moment: those that were under way may have been done, or not.
    static func cut(_ operations: [Operation], at time: Int64) -> [Operation] {
        operations.compactMap { operation in
            guard operation.invoked < time else { return nil }
            guard let responded = operation.responded, responded >= time else { return operation }
            guard operation.call != .read else { return nil }
            return Operation(
                operation.call, .unknown, from: operation.invoked, to: operation.invoked, by: operation.caller)
        }
    }

    /// Whether what was acknowledged in a generation was given up later.
    func isGivenUp(_ generation: Int) -> Bool { self.state.withLock { $0.given[generation] != nil } }

    /// P1 and P6 over all nodes: judges each instance of the generations.
    func judge(_ generations: Range<Int>) -> [String] {
        generations.flatMap { generation in
            self.operations(of: generation).compactMap { key, operations -> String? in
                let calls = operations.sorted { $0.invoked < $1.invoked }.map { "    \($0)" }
                    .joined(separator: "\n")
                switch LinearizabilityChecker().judge(operations) {
                case .linearizable: return nil
                case .undecided: return "\(key): no order was found, and none ruled out, of these calls\n\(calls)"
                case .violation(let placed, let stuck):
                    return "\(key) is not linearizable: \(placed) calls fit, then \(stuck)\n\(calls)"
                }
            }
        }
    }
}
