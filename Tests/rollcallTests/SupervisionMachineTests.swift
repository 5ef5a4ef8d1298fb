import Testing

@testable import rollcall

struct SupervisionMachineTests {
    typealias Action = SupervisionMachine.Action
    typealias Event = SupervisionMachine.Event

    private static let terminate: Int32 = 15
    private static let interrupt: Int32 = 2
    private static let kill: Int32 = 9
    private static let hangUp: Int32 = 1

    private func machine(drains: Bool = false, delays: Bool = false, after events: Event...) -> SupervisionMachine {
        let signals = SupervisionSignals(
            stops: [Self.terminate, Self.interrupt], terminate: Self.terminate, kill: Self.kill)
        var machine = SupervisionMachine(drains: drains, delays: delays, signals: signals)
        for event in events { _ = machine.handle(event) }
        return machine
    }

    private func expect(_ machine: SupervisionMachine, _ steps: [(Event, [Action])]) {
        var machine = machine
        for (event, actions) in steps { #expect(machine.handle(event) == actions, "on \(event)") }
    }

    @Test func joinsOnceThePortAccepts() {
        self.expect(self.machine(), [(.portAccepts, [.join]), (.portAccepts, [])])
    }

    @Test func aCommandThatEndsBeforeItsPortAcceptsWasNeverOnTheRoll() {
        self.expect(self.machine(), [(.commandEnded(.exited(7)), [.exit(7)])])
        self.expect(self.machine(), [(.commandEnded(.signalled(11)), [.exit(139)])])
    }

    @Test func aCommandThatEndsByItselfIsTakenOffTheRoll() {
        self.expect(self.machine(after: .portAccepts), [(.commandEnded(.exited(0)), [.leave]), (.left, [.exit(0)])])
    }

    @Test func aStopLeavesTheRollFirst() {
        self.expect(
            self.machine(after: .portAccepts),
            [
                (.signal(Self.interrupt), [.leave]), (.left, [.send(Self.interrupt), .awaitStop]),
                (.commandEnded(.signalled(Self.interrupt)), [.exit(130)]), (.stopTimedOut, []),
            ])
    }

    @Test func theDrainDelayComesBetween() {
        self.expect(
            self.machine(delays: true, after: .portAccepts),
            [
                (.signal(Self.terminate), [.leave]), (.left, [.awaitDelay]),
                (.delayed, [.send(Self.terminate), .awaitStop]), (.commandEnded(.exited(0)), [.exit(0)]),
            ])
    }

    @Test func callersAreToldFirstAndTheInstanceLeavesLast() {
        self.expect(
            self.machine(drains: true, after: .portAccepts),
            [
                (.signal(Self.terminate), [.drain]), (.drained(true), [.send(Self.terminate), .awaitStop]),
                (.commandEnded(.exited(0)), [.leave]), (.left, [.exit(0)]),
            ])
        self.expect(
            self.machine(drains: true, delays: true, after: .portAccepts, .signal(Self.terminate)),
            [(.drained(true), [.awaitDelay]), (.delayed, [.send(Self.terminate), .awaitStop])])
    }

    @Test func callersThatCannotBeToldAreKeptAwayByLeaving() {
        self.expect(
            self.machine(drains: true, after: .portAccepts, .signal(Self.terminate)),
            [
                (.drained(false), [.leave]), (.left, [.send(Self.terminate), .awaitStop]),
                (.commandEnded(.exited(0)), [.exit(0)]),
            ])
    }

    @Test func aCommandThatEndsWhileCallersAreToldLeavesAtOnce() {
        self.expect(
            self.machine(drains: true, after: .portAccepts, .signal(Self.terminate)),
            [(.commandEnded(.exited(4)), [.leave]), (.drained(true), []), (.left, [.exit(4)])])
    }

    @Test func askedTwiceItDoesNotWait() {
        self.expect(
            self.machine(after: .portAccepts),
            [
                (.signal(Self.terminate), [.leave]), (.signal(Self.interrupt), [.send(Self.interrupt), .awaitStop]),
                (.left, []), (.commandEnded(.exited(3)), [.exit(3)]),
            ])
        self.expect(
            self.machine(delays: true, after: .portAccepts, .signal(Self.terminate), .left),
            [(.signal(Self.terminate), [.send(Self.terminate), .awaitStop]), (.delayed, [])])
        self.expect(
            self.machine(drains: true, after: .portAccepts, .signal(Self.terminate)),
            [
                (.signal(Self.interrupt), [.send(Self.interrupt), .awaitStop]), (.drained(true), []),
                (.commandEnded(.exited(3)), [.leave]), (.left, [.exit(3)]),
            ])
    }

    @Test func aStopBeforeThePortAcceptsHasNothingToLeave() {
        self.expect(
            self.machine(),
            [
                (.signal(Self.terminate), [.send(Self.terminate), .awaitStop]), (.portAccepts, []),
                (.commandEnded(.signalled(Self.terminate)), [.exit(143)]),
            ])
    }

    @Test func aCommandThatDoesNotStopIsKilled() {
        self.expect(
            self.machine(after: .portAccepts, .signal(Self.terminate), .left),
            [(.stopTimedOut, [.send(Self.kill)]), (.commandEnded(.signalled(Self.kill)), [.exit(137)])])
    }

    @Test func otherSignalsArePassedOnAtOnce() {
        for machine in [
            self.machine(), self.machine(after: .portAccepts),
            self.machine(after: .portAccepts, .signal(Self.terminate)),
            self.machine(after: .signal(Self.terminate)),
        ] {
            self.expect(machine, [(.signal(Self.hangUp), [.send(Self.hangUp)])])
        }
    }

    @Test func aCommandThatNeverAcceptsIsStoppedAndThatIsAFailure() {
        self.expect(
            self.machine(),
            [(.startupTimedOut, [.send(Self.terminate), .awaitStop]), (.commandEnded(.exited(0)), [.exit(1)])])
        self.expect(self.machine(after: .portAccepts), [(.startupTimedOut, [])])
    }

    @Test func aRegistrationThatIsRefusedStopsTheCommandAndThatIsAFailure() {
        self.expect(
            self.machine(after: .portAccepts),
            [
                (.refused, [.send(Self.terminate), .awaitStop]), (.commandEnded(.exited(0)), [.leave]),
                (.left, [.exit(1)]),
            ])
    }

    @Test func aCommandThatEndsWhileLeavingWaitsForTheRollOnly() {
        self.expect(
            self.machine(after: .portAccepts, .signal(Self.terminate)),
            [(.commandEnded(.exited(0)), []), (.left, [.exit(0)])])
        self.expect(
            self.machine(delays: true, after: .portAccepts, .signal(Self.terminate), .left),
            [(.commandEnded(.exited(5)), [.exit(5)]), (.delayed, [])])
    }
}
