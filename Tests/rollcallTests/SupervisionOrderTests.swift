import Testing

@testable import rollcall

/// `SupervisionMachine` in every order in which things can happen.
struct SupervisionOrderTests {
    typealias Action = SupervisionMachine.Action
    typealias Event = SupervisionMachine.Event

    /// Follows every order in which things can happen, seven deep, and holds each against what must always be true.
    @Test(arguments: [false, true], [false, true])
    func inEveryOrder(drains: Bool, delays: Bool) {
        var run = Run(
            machine: SupervisionMachine(
                drains: drains, delays: delays,
                signals: SupervisionSignals(stops: [terminate], terminate: terminate, kill: 9)))
        run.follow(depth: 7)
        #expect(Run.steps(in: run) > 0)
    }

    /// One way that things went, with what has been asked for and not yet answered.
    private struct Run {
        var machine: SupervisionMachine
        var joined = false
        var leaveAsked = false
        var leftTold = false
        var drainAsked = false
        var drainedTold = false
        var isTold = false
        var delayAsked = false
        var stopAsked = false
        var stops = 0
        var refused = false
        var commandEnded = false
        var exited = false
        var startupTimedOut = false

        static func steps(in run: Run) -> Int { run.possible.count }

        /// What can happen next.
        var possible: [Event] {
            guard !self.exited else { return [] }
            var events: [Event] = [.signal(terminate), .signal(hangUp)]
            if !self.joined, !self.startupTimedOut { events += [.portAccepts, .startupTimedOut] }
            if self.joined, !self.leaveAsked, !self.refused { events.append(.refused) }
            if self.drainAsked, !self.drainedTold { events += [.drained(true), .drained(false)] }
            if self.leaveAsked, !self.leftTold { events.append(.left) }
            if self.delayAsked { events.append(.delayed) }
            if self.stopAsked { events.append(.stopTimedOut) }
            if !self.commandEnded { events.append(.commandEnded(.exited(0))) }
            return events
        }

        mutating func follow(depth: Int) {
            guard depth > 0 else { return self.finish() }
            for event in self.possible {
                var next = self
                next.take(event)
                next.follow(depth: depth - 1)
            }
        }

        mutating func take(_ event: Event) {
            switch event {
            case .portAccepts: break
            case .startupTimedOut: self.startupTimedOut = true
            case .refused: self.refused = true
            case .signal(let number): if number == terminate { self.stops += 1 }
            case .left: self.leftTold = true
            case .drained(let isTold):
                self.drainedTold = true
                self.isTold = isTold
            case .delayed: self.delayAsked = false
            case .stopTimedOut: self.stopAsked = false
            case .commandEnded: self.commandEnded = true
            }
            for action in self.machine.handle(event) { self.check(action) }
        }

        private mutating func check(_ action: Action) {
            #expect(!self.exited, "nothing happens after the end")
            switch action {
            case .join:
                #expect(!self.joined && !self.commandEnded && self.stops == 0)
                self.joined = true
            case .leave:
                #expect(self.joined && !self.leaveAsked, "left once, and only if joined")
                self.leaveAsked = true
            case .drain:
                #expect(self.joined && !self.drainAsked && !self.leaveAsked, "told once, while it is on the roll")
                self.drainAsked = true
            case .awaitDelay: self.delayAsked = true
            case .awaitStop: self.stopAsked = true
            case .send(let number):
                #expect(!self.commandEnded, "no signal to a process that may be another's by now")
                if number == terminate {
                    #expect(
                        !self.joined || self.leftTold || self.isTold || self.stops > 1 || self.refused,
                        "callers are told before the command is")
                }
            case .exit:
                #expect(self.commandEnded, "never leaves its command behind")
                #expect(!self.joined || self.leftTold, "never leaves its instance behind")
                self.exited = true
            }
        }

        /// However it stands: once the command has ended and the registry has answered, it ends.
        private mutating func finish() {
            if !self.commandEnded { self.take(.commandEnded(.exited(0))) }
            if self.leaveAsked, !self.leftTold { self.take(.left) }
            #expect(self.exited, "ends in \(self.machine.phase)")
        }
    }
}

private let terminate: Int32 = 15
private let hangUp: Int32 = 1
