import UnixSignals

/// Which signals mean what to `rollcall run`.
struct SupervisionSignals: Sendable, Hashable {
    /// Ask to stop: passed on once the instance is off the roll. All others are passed on at once.
    var stops: Set<Int32>
    /// What the supervisor itself sends to make the command stop, and to end it.
    var terminate: Int32
    var kill: Int32

    static let system = SupervisionSignals(
        stops: [UnixSignal.sigterm.rawValue, UnixSignal.sigint.rawValue, UnixSignal.sigquit.rawValue],
        terminate: UnixSignal.sigterm.rawValue,
        // POSIX fixes this number; it is none that a program could trap.
        kill: 9)

    /// Every signal that is taken and passed on, at once or later.
    static let trapped: [UnixSignal] = [.sigterm, .sigint, .sigquit, .sighup, .sigusr1, .sigusr2, .sigwinch]
}
