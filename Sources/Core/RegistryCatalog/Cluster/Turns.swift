import RegistryModel

/// Work that every node finds and one is to do: the first in rank for its service at once, each other one only when it finds it still
/// undone after the time that it leaves to those before it. So nobody is waited for who is stuck, and done twice it does no harm. Pure.
struct Turns {
    /// Since when something was left to others, in monotonic milliseconds.
    private var waiting: [ServiceKey: Int64] = [:]

    /// Of the commands that are to be done by anybody, those that are this node's now. What is not among them is forgotten.
    ///
    /// - Parameter precedence: how long this node leaves a service to those before it; zero: it is the first.
    mutating func take(_ commands: [Command], now: Int64, precedence: (ServiceKey) -> TimeSpan) -> [Command] {
        var waiting: [ServiceKey: Int64] = [:]
        let own = commands.filter { command in
            let service = command.service
            let pause = precedence(service)
            guard pause > .zero else { return true }
            let since = self.waiting[service] ?? now
            waiting[service] = since
            return now - since >= pause.milliseconds
        }
        self.waiting = waiting
        return own
    }
}
