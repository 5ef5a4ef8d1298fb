import RegistryModel
import Testing

@testable import RollcallClient

struct MembershipMachineTests {
    typealias Step = MembershipMachine.Step

    private static let backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))

    private func machine(ttl: TimeSpan = .seconds(9)) -> MembershipMachine {
        MembershipMachine(timeToLive: ttl, backoff: Self.backoff)
    }

    private func member() -> MembershipMachine {
        var machine = self.machine()
        _ = machine.answered(.register, .accepted, chance: 1)
        return machine
    }

    @Test func registersAtOnceThenBeatsAtAThirdOfTheTimeToLive() {
        var machine = self.machine()
        #expect(machine.first == .call(.register, after: .zero))
        #expect(!machine.mayBeOnRoll)
        #expect(machine.answered(.register, .accepted, chance: 1) == .call(.heartbeat, after: .seconds(3)))
        #expect(machine.state == .member)
        #expect(machine.mayBeOnRoll)
        #expect(machine.answered(.heartbeat, .accepted, chance: 0) == .call(.heartbeat, after: .milliseconds(2_250)))
    }

    @Test func registersAgainAtOnceWhenItHasBeenForgotten() {
        var machine = self.member()
        #expect(machine.answered(.heartbeat, .unknown, chance: 1) == .call(.register, after: .zero))
        #expect(machine.state == .outside)
        #expect(!machine.mayBeOnRoll)
    }

    @Test func goesOnTryingWithLongerWaitsWhileTheRegistryIsAway() {
        var machine = self.machine()
        let steps = (1...7).map { _ in machine.answered(.register, .unavailable(retryAfter: nil), chance: 1) }
        #expect(steps == [0.5, 1, 2, 4, 8, 15, 15].map { Step.call(.register, after: .seconds($0)) })
        #expect(machine.mayBeOnRoll, "an answer that never came may have been a yes")
        #expect(machine.answered(.register, .accepted, chance: 1) == .call(.heartbeat, after: .seconds(3)))
        #expect(machine.failures == 0)
    }

    @Test func aFailedBeatIsNotPutOffLongerThanARegularOne() {
        var machine = self.member()
        let steps = (1...6).map { _ in machine.answered(.heartbeat, .unavailable(retryAfter: nil), chance: 1) }
        #expect(steps == [0.5, 1, 2, 3, 3, 3].map { Step.call(.heartbeat, after: .seconds($0)) })
        #expect(machine.state == .member)
    }

    @Test func waitsAsLongAsTheRegistryAsksWithinTheBound() {
        var machine = self.machine()
        #expect(
            machine.answered(.register, .unavailable(retryAfter: .seconds(5)), chance: 1)
                == .call(.register, after: .seconds(5)))
        #expect(
            machine.answered(.register, .unavailable(retryAfter: .seconds(500)), chance: 1)
                == .call(.register, after: .seconds(15)))
    }

    @Test func givesWayToANewerIncarnation() {
        for call in [MembershipMachine.Call.register, .heartbeat] {
            var machine = self.member()
            #expect(machine.answered(call, .stale, chance: 1) == .end)
            #expect(machine.state == .superseded)
            #expect(!machine.mayBeOnRoll, "what is there is the newer one's")
        }
    }

    @Test func endsWhenItIsRefusedAtFirst() {
        var machine = self.machine()
        #expect(machine.answered(.register, .refused, chance: 1) == .end)
        #expect(machine.state == .refused)
        #expect(!machine.mayBeOnRoll)
    }

    @Test func goesOnWhenItIsRefusedAfterHavingBeenTaken() {
        var machine = self.member()
        #expect(machine.answered(.heartbeat, .refused, chance: 1) == .call(.heartbeat, after: .milliseconds(500)))
        _ = machine.answered(.heartbeat, .unknown, chance: 1)
        #expect(machine.answered(.register, .refused, chance: 1) == .call(.register, after: .milliseconds(500)))
        #expect(machine.state == .outside)
    }

    @Test func aRegistrationGivenUpHalfwayMayBeOnTheRoll() {
        var machine = self.machine()
        machine.interrupted(.register)
        #expect(machine.mayBeOnRoll)
        var other = self.machine()
        other.interrupted(.heartbeat)
        #expect(!other.mayBeOnRoll)
    }

    @Test func noSequenceOfAnswersGivesAWaitBeyondTheBound() {
        let answers: [MembershipMachine.Answer] = [
            .accepted, .unknown, .unavailable(retryAfter: nil), .unavailable(retryAfter: .seconds(3_600)), .refused,
        ]
        func follow(_ machine: MembershipMachine, _ step: Step, depth: Int) {
            guard depth > 0, case .call(let call, let wait) = step else { return }
            #expect(wait <= .seconds(15))
            #expect(call == .register || machine.mayBeOnRoll)
            for answer in answers {
                var next = machine
                let step = next.answered(call, answer, chance: 1)
                follow(next, step, depth: depth - 1)
            }
        }
        let machine = self.machine(ttl: .seconds(45))
        follow(machine, machine.first, depth: 5)
    }
}
