/// Decides what `rollcall run` does: with the command it started, with the roll, with signals. Performs no I/O, reads no clock.
///
/// On a stop it takes the instance off the roll first, so that callers stop coming, waits for the drain delay, and only then
/// passes the signal on to the command.
struct SupervisionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        /// The command runs, its port does not accept yet. Can transition to any other.
        case starting
        /// The port accepts; the instance is kept on the roll. Can transition to `leaving`, `stopping` and `ended`.
        case serving
        /// Asked to stop; the instance is being taken off the roll. Can transition to `draining`, `stopping` and `ended`.
        case leaving(Int32)
        /// Off the roll; the last callers are given time. Can transition to `stopping` and `ended`.
        case draining(Int32)
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
        /// The instance was taken off the roll, or that failed for good.
        case left
        case drained
        case stopTimedOut
        case commandEnded(ExitStatus)
    }

    enum Action: Sendable, Hashable {
        /// Put the instance on the roll and keep it there.
        case join
        /// Take it off the roll; answered with `left`.
        case leave
        /// Answered with `drained` after the drain delay.
        case awaitDrain
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
    let signals: SupervisionSignals

    /// - Parameter drains: whether there is a drain delay.
    init(drains: Bool, signals: SupervisionSignals = .system) {
        self.drains = drains
        self.signals = signals
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .portAccepts: return self.portAccepts()
        case .startupTimedOut: return self.phase == .starting ? self.fail() : []
        case .refused: return self.refused()
        case .signal(let number): return self.signal(number)
        case .left: return self.left()
        case .drained: return self.drained()
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
        case .serving:
            self.phase = .leaving(number)
            self.roll = .leaving
            return [.leave]
        case .leaving, .draining:
            // Asked twice: who asks does not want to wait.
            return self.stop(with: number)
        case .stopping:
            return [.send(number)]
        case .ended:
            return []
        }
    }

    private mutating func left() -> [Action] {
        self.roll = .left
        switch self.phase {
        case .leaving(let number) where self.drains:
            self.phase = .draining(number)
            return [.awaitDrain]
        case .leaving(let number):
            return self.stop(with: number)
        case .ended:
            return [self.exit()]
        case .starting, .serving, .draining, .stopping:
            return []
        }
    }

    private mutating func drained() -> [Action] {
        guard case .draining(let number) = self.phase else { return [] }
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
