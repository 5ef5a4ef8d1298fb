import RegistryTestKit

enum TargetKind: String, Sendable, CaseIterable, CustomStringConvertible {
    case http, tcp, grpc

    var description: String { self.rawValue }
}

/// What is done to a process of targets.
enum TargetAction: String, Sendable, CaseIterable {
    case kill
    /// By SIGSTOP. Not of tcp ones: the system goes on accepting for them.
    case freeze
    /// Answers late, but in time: it stays well.
    case slow
    /// Answers too late, or says that it is not well. Not of tcp ones: they say nothing.
    case sicken
    case revive
}

/// Decides what happens next to which targets. Pure: one seed, one run.
///
/// Of each service fewer than half are ill at a time, so that protection has no cause to step in, and discovery is never empty.
struct TargetPlan {
    /// Of the targets of one service.
    static let mostIll = 4
    static let illness: ClosedRange<Int> = 8_000...20_000

    struct Process {
        let kind: TargetKind
        /// The service of each of its targets.
        let services: [Int]
        /// Milliseconds from the start; nil while it is well.
        var revivesAt: Int?
        var isSlow = false
    }

    private(set) var processes: [Process]
    private var random: SeededGenerator
    private var ill: [Int: Int] = [:]

    init(processes: [(kind: TargetKind, services: [Int])], seed: UInt64) {
        self.processes = processes.map { Process(kind: $0.kind, services: $0.services) }
        self.random = SeededGenerator(seed: seed)
    }

    /// What is due at `now`, milliseconds from the start: revivals, and something new.
    mutating func next(at now: Int) -> [(process: Int, action: TargetAction)] {
        var actions: [(process: Int, action: TargetAction)] = []
        for index in self.processes.indices where self.processes[index].revivesAt.map({ $0 <= now }) == true {
            self.processes[index].revivesAt = nil
            self.processes[index].isSlow = false
            for service in self.processes[index].services { self.ill[service, default: 0] -= 1 }
            actions.append((index, .revive))
        }
        let index = Int.random(in: self.processes.indices, using: &self.random)
        if let action = self.choose(for: index, at: now) { actions.append((index, action)) }
        return actions
    }

    /// All that is ill is well again.
    mutating func reviveAll() -> [(process: Int, action: TargetAction)] {
        let ill = self.processes.indices.filter { self.processes[$0].revivesAt != nil }
        for index in ill { self.processes[index].revivesAt = nil }
        self.ill = [:]
        return ill.map { ($0, .revive) }
    }

    private mutating func choose(for index: Int, at now: Int) -> TargetAction? {
        let process = self.processes[index]
        guard process.revivesAt == nil else { return nil }
        let choices: [TargetAction] =
            process.kind == .tcp ? [.kill] : process.isSlow ? [.kill, .freeze] : [.kill, .freeze, .slow, .sicken]
        guard let action = choices.randomElement(using: &self.random) else { return nil }
        if action == .slow {
            self.processes[index].isSlow = true
            return action
        }
        guard process.services.allSatisfy({ self.ill[$0, default: 0] < Self.mostIll }) else { return nil }
        for service in process.services { self.ill[service, default: 0] += 1 }
        self.processes[index].revivesAt = now + Int.random(in: Self.illness, using: &self.random)
        return action
    }
}
