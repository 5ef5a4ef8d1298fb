/// Decides what `rollcall run` does: with the command it started, with the roll, with signals. Performs no I/O, reads no clock.
///
/// On a stop it drains the instance first: the registry tells its callers, and says who has taken that over. Then it waits for the drain
/// delay, passes the signal on to the command, and takes the instance off the roll once the command has ended. Without a drain, or when
/// the registry cannot do it, the instance is taken off the roll first, so that callers stop coming.
struct SupervisionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        /// The command runs, its port does not accept yet. Can transition to any other.
        case starting
        /// The port accepts; the instance is kept on the roll. Can transition to `draining`, `leaving`, `stopping` and `ended`.
        case serving
        /// Asked to stop; callers are being told. Can transition to `leaving`, `delaying`, `stopping` and `ended`.
        case draining(Int32)
        /// Asked to stop; the instance is being taken off the roll. Can transition to `delaying`, `stopping` and `ended`.
        case leaving(Int32)
        /// Callers know, or should; the last ones are given time. Can transition to `stopping` and `ended`.
        case delaying(Int32)
        /// The command has been told to stop. Can transition to `ended`.
        case stopping
        /// The command is gone; nothing is left to do once the instance is off the roll. Terminal.
        case ended
    }

    enum Event: Sendable, Hashable {
        case portAccepts
        case startupTimedOut
        /// The registry does not take the registration.
        case refused
        case signal(Int32)
        /// Callers have been told, and the wait for them is over; false: they could not be told.
        case drained(Bool)
        /// The instance was taken off the roll, or that failed for good.
        case left
        case delayed
        case stopTimedOut
        case commandEnded(ExitStatus)
    }

    enum Action: Sendable, Hashable {
        /// Put the instance on the roll and keep it there.
        case join
        /// Tell callers that it is about to leave; answered with `drained`.
        case drain
        /// Take it off the roll; answered with `left`.
        case leave
        /// Answered with `delayed` after the drain delay.
        case awaitDelay
        /// Send a signal to the command's process group.
        case send(Int32)
        /// Answered with `stopTimedOut` after the stop timeout.
        case awaitStop
        case exit(Int32)
    }

    private enum Roll { case neverJoined, joined, leaving, left }

    private(set) var phase: Phase = .starting
    private var roll: Roll = .neverJoined
    private var commandStatus: ExitStatus?
    /// Set when the reason to stop is a failure of ours rather than the command's.
    private var failed = false

    let drains: Bool
    let delays: Bool
    let signals: SupervisionSignals

    /// - Parameters:
    ///   - drains: whether callers are told, and waited for, before the command is.
    ///   - delays: whether there is a drain delay.
    init(drains: Bool, delays: Bool, signals: SupervisionSignals = .system) {
        self.drains = drains
        self.delays = delays
        self.signals = signals
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .portAccepts: return self.portAccepts()
        case .startupTimedOut: return self.phase == .starting ? self.fail() : []
        case .refused: return self.refused()
        case .signal(let number): return self.signal(number)
        case .drained(let isTold): return self.drained(isTold)
        case .left: return self.left()
        case .delayed: return self.delayed()
        case .stopTimedOut: return self.phase == .stopping ? [.send(self.signals.kill)] : []
        case .commandEnded(let status): return self.commandEnded(status)
        }
    }

    private mutating func portAccepts() -> [Action] {
        guard self.phase == .starting else { return [] }
        self.phase = .serving
        self.roll = .joined
        return [.join]
    }

    private mutating func refused() -> [Action] {
        guard self.phase == .serving else { return [] }
        return self.fail()
    }

    private mutating func fail() -> [Action] {
        self.failed = true
        return self.stop(with: self.signals.terminate)
    }

    private mutating func signal(_ number: Int32) -> [Action] {
        guard self.signals.stops.contains(number) else {
            return self.phase == .ended ? [] : [.send(number)]
        }
        switch self.phase {
        case .starting:
            return self.stop(with: number)
        case .serving where self.drains:
            self.phase = .draining(number)
            return [.drain]
        case .serving:
            return self.leave(before: number)
        case .draining, .leaving, .delaying:
            // Asked twice: who asks does not want to wait.
            return self.stop(with: number)
        case .stopping:
            return [.send(number)]
        case .ended:
            return []
        }
    }

    private mutating func leave(before number: Int32) -> [Action] {
        self.phase = .leaving(number)
        self.roll = .leaving
        return [.leave]
    }

    private mutating func drained(_ isTold: Bool) -> [Action] {
        guard case .draining(let number) = self.phase else { return [] }
        return isTold ? self.delay(before: number) : self.leave(before: number)
    }

    private mutating func left() -> [Action] {
        self.roll = .left
        switch self.phase {
        case .leaving(let number): return self.delay(before: number)
        case .ended: return [self.exit()]
        case .starting, .serving, .draining, .delaying, .stopping: return []
        }
    }

    private mutating func delay(before number: Int32) -> [Action] {
        guard self.delays else { return self.stop(with: number) }
        self.phase = .delaying(number)
        return [.awaitDelay]
    }

    private mutating func delayed() -> [Action] {
        guard case .delaying(let number) = self.phase else { return [] }
        return self.stop(with: number)
    }

    private mutating func stop(with number: Int32) -> [Action] {
        self.phase = .stopping
        return [.send(number), .awaitStop]
    }

    private mutating func commandEnded(_ status: ExitStatus) -> [Action] {
        self.phase = .ended
        self.commandStatus = status
        switch self.roll {
        case .neverJoined, .left:
            return [self.exit()]
        case .leaving:
            return []
        case .joined:
            self.roll = .leaving
            return [.leave]
        }
    }

    private func exit() -> Action {
        .exit(self.failed ? ExitStatus.failure : self.commandStatus?.code ?? ExitStatus.failure)
    }
}

/// How a command ended.
enum ExitStatus: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)

    /// What `rollcall` itself fails with.
    static let failure: Int32 = 1

    /// As shells have it: the status, or 128 and the signal.
    var code: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let number): 128 + number
        }
    }
}
