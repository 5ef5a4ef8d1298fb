import RegistryTestKit
import RollcallClient
import Testing

/// The checker is held against a machine that is sound, and against histories that are wrong in one place each.
@Suite("Linearizability per instance")
struct LinearizabilityTests {
    private typealias Call = InstanceModel.Call

    private static func done(
        _ call: InstanceModel.Call, _ from: Int64, _ to: Int64, at revision: Int64, created: Bool? = nil
    ) -> Operation {
        Operation(call, .done(Revision(revision), created: created), from: from, to: to)
    }

    private static func read(_ weight: UInt16?, _ override: UInt16? = nil, _ from: Int64, _ to: Int64) -> Operation {
        Operation(.read, .found(weight: weight, override: override), from: from, to: to)
    }

    private static func lost(_ call: InstanceModel.Call, _ from: Int64) -> Operation {
        Operation(call, .unknown, from: from, to: from)
    }

    private func isLinearizable(_ operations: [Operation]) -> Bool {
        let verdict = LinearizabilityChecker().judge(operations)
        #expect(verdict != .undecided)
        return verdict == .linearizable
    }

    private static let sound = [
        done(.register(1), 0, 10, at: 1, created: true), done(.update(2), 20, 40, at: 3), read(2, nil, 30, 50),
        done(.override(7), 60, 70, at: 5), read(2, 7, 80, 90),
        Operation(.deregister, .doneBy(Revision(9)), from: 100, to: 110),
        read(nil, nil, 120, 130), Operation(.update(3), .notFound, from: 140, to: 150),
        done(.register(4), 160, 170, at: 11, created: true), read(4, 7, 180, 190), done(.lift, 200, 210, at: 12),
        read(4, nil, 220, 230),
    ]

    @Test("What one machine did is taken, also with calls that overlap")
    func soundHistories() {
        #expect(self.isLinearizable(Self.sound))
        #expect(self.isLinearizable([]))
        // Both reads overlap the update: one before it, one after it, though that one began first.
        #expect(
            self.isLinearizable([
                Self.done(.register(1), 0, 10, at: 1), Self.done(.update(2), 20, 90, at: 2),
                Self.read(2, nil, 40, 60), Self.read(1, nil, 25, 45),
            ]))
    }

    @Test("A call without an answer may take effect at any time, or never")
    func unknownOutcomes() {
        let start = [Self.done(.register(1), 0, 10, at: 1), Self.lost(.update(2), 20)]
        #expect(self.isLinearizable(start))
        #expect(self.isLinearizable(start + [Self.read(1, nil, 30, 40)]))
        #expect(self.isLinearizable(start + [Self.read(1, nil, 30, 40), Self.read(2, nil, 50, 60)]), "late")
        #expect(
            !self.isLinearizable(start + [Self.read(2, nil, 30, 40), Self.read(1, nil, 50, 60)]), "but only once")
        #expect(
            !self.isLinearizable(
                [Self.done(.register(1), 0, 10, at: 1), Self.read(2, nil, 12, 14)] + [
                    Self.lost(.update(2), 20)
                ]), "not before it was asked for")
    }

    @Test("Such a call may have been possible only before one that fits without it as well")
    func unknownOutcomeBeforeItIsTooLate() {
        let calls = [
            Self.done(.register(1), 0, 10, at: 1), Self.lost(.override(7), 20),
            Operation(.deregister, .doneBy(Revision(3)), from: 30, to: 40), Self.read(nil, nil, 50, 60),
        ]
        let lifted = Operation(.lift, .doneBy(Revision(4)), from: 70, to: 80)
        #expect(self.isLinearizable(calls + [lifted]))
        #expect(self.isLinearizable(calls + [Operation(.lift, .notFound, from: 70, to: 80)]))
        #expect(!self.isLinearizable([calls[0]] + calls[2...] + [lifted]))
    }

    @Test("Noticed: a stale read, a lost write, a write that comes back, an answer that cannot be")
    func violations() {
        let start = [Self.done(.register(1), 0, 10, at: 1), Self.done(.update(2), 20, 30, at: 2)]
        for (what, rest) in [
            ("stale", [Self.read(1, nil, 40, 50)]),
            ("gone", [Self.read(nil, nil, 40, 50)]),
            ("invented", [Self.read(9, nil, 40, 50)]),
            ("back", [Self.done(.update(3), 40, 50, at: 3), Self.read(2, nil, 60, 70)]),
            ("flips", [Self.read(2, nil, 40, 50), Self.read(1, nil, 41, 51), Self.read(2, nil, 60, 70)]),
            ("not created", [Self.done(.register(3), 40, 50, at: 3, created: true)]),
            ("missing", [Operation(.update(3), .notFound, from: 40, to: 50)]),
            ("an earlier revision", [Self.done(.update(3), 40, 50, at: 1)]),
            ("override forgotten", [Self.done(.override(7), 40, 50, at: 3), Self.read(2, nil, 60, 70)]),
            ("override never made", [Self.read(2, 7, 60, 70)]),
            ("lifted twice", [Self.done(.lift, 40, 50, at: 3)]),
        ] {
            #expect(!self.isLinearizable(start + rest), "\(what)")
        }
    }

    @Test("Noticed: any one answer of a sound history that says something else", arguments: Self.sound.indices)
    func everyAnswer(index: Int) {
        var operations = Self.sound
        let operation = operations[index]
        let wrong: InstanceModel.Answer =
            switch operation.answer {
            case .found(let weight, _): .found(weight: weight == nil ? 1 : nil, override: nil)
            case .done, .doneBy: .notFound
            case .notFound, .unknown: .done(Revision(100), created: nil)
            }
        // A registration is never refused, so any such answer is wrong by itself.
        operations[index] = Operation(
            operation.call, wrong, from: operation.invoked, to: operation.responded ?? operation.invoked)
        #expect(!self.isLinearizable(operations))
    }

    @Test(
        "Random runs of a sound machine are taken; the same with one stale read are not",
        arguments: 0..<20 as Range<UInt64>)
    func randomRuns(seed: UInt64) {
        var run = RandomMachine(seed: seed)
        let operations = run.operations(count: 100)
        #expect(self.isLinearizable(operations))
        // To rule out every order may take too long; that none is found is as good.
        #expect(LinearizabilityChecker(bound: 10_000).judge(operations + [run.staleRead]) != .linearizable)
    }

    @Test("A search that would not end is given up, and says so")
    func bound() {
        // Each is seen, so none stands for another, and they may have come in any order.
        let lost = (1...40).map { Self.lost(.register(UInt16($0)), 0) }
        let seen = (1...40).map { Self.read(UInt16($0), nil, 10, 20) }
        let verdict = LinearizabilityChecker(bound: 10_000).judge(lost + seen + [Self.read(99, nil, 30, 40)])
        #expect(verdict == .undecided)
    }
}

/// One instance on a sound registry with concurrent callers, of whom some get no answer.
private struct RandomMachine {
    private var random: SeededGenerator
    private var state = InstanceModel()
    private var revision: Int64 = 0
    private var values: UInt16 = 0
    private var now: Int64 = 0

    init(seed: UInt64) { self.random = SeededGenerator(seed: seed) }

    /// Of something that never was.
    var staleRead: Operation {
        Operation(.read, .found(weight: self.values + 1, override: nil), from: self.now, to: self.now + 1)
    }

    mutating func operations(count: Int) -> [Operation] { (0..<count).map { _ in self.operation() } }

    /// Takes effect now; it began a while ago, and ends after a while, so that several are under way at a time.
    private mutating func operation() -> Operation {
        self.now += 100
        self.values += 1
        let call: InstanceModel.Call =
            switch Int.random(in: 0..<9, using: &self.random) {
            case 0, 1: .register(self.values)
            case 2: .update(self.values)
            case 3: .deregister
            case 4: .override(self.values)
            case 5: .lift
            default: .read
            }
        let (from, to) = (
            self.now - Int64.random(in: 0...300, using: &self.random),
            self.now + Int64.random(in: 1...300, using: &self.random)
        )
        let isLost = call != .read && Int.random(in: 0..<8, using: &self.random) == 0
        if isLost, Bool.random(using: &self.random) { return Operation(call, .unknown, from: from, to: to) }
        let answer = self.perform(call)
        return Operation(call, isLost ? .unknown : answer, from: from, to: to)
    }

    private mutating func perform(_ call: InstanceModel.Call) -> InstanceModel.Answer {
        if call == .read {
            return .found(weight: self.state.weight, override: self.state.weight == nil ? nil : self.state.override)
        }
        let isNew = self.state.weight == nil
        guard let next = self.state.after(call, .done(Revision(self.revision + 1), created: nil)) else {
            return .notFound
        }
        self.revision += 1
        self.state = next
        if case .register = call { return .done(Revision(self.revision), created: isNew) }
        return call == .deregister ? .doneBy(Revision(self.revision + 3)) : .done(Revision(self.revision), created: nil)
    }
}
