/// How long a world may go on without a command.
struct Patience {
    /// Nobody waits longer than this of simulated time after the last command; who does is stuck.
    static let limit: Int64 = 3_600_000

    private var commands = 0
    /// When the newest command was seen.
    private var mark: Int64

    init(since start: Int64) { self.mark = start }

    /// `now`: simulated milliseconds, without those that were jumped over.
    mutating func note(commands: Int, at now: Int64) {
        if commands > self.commands { (self.commands, self.mark) = (commands, now) }
    }

    func isOver(at now: Int64) -> Bool { now - self.mark > Self.limit }
}
