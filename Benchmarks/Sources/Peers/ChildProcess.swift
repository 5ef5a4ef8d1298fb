import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that runs beside this one, and is stopped with it however that ends.
public final class ChildProcess: Sendable {
    public let name: String
    public let processID: Int32
    /// Where its output and errors go.
    public let log: String
    private let ending = Mutex<Ending?>(nil)

    /// How it ended, and the seconds of processor time that it used.
    public struct Ending: Sendable {
        /// As shells have it: the exit code, or 128 and the number of the signal.
        public let status: Int32
        public let usedSeconds: Double
    }

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// Those that run. Whoever ends this process in a hurry stops them.
    private static let running = Mutex<Set<pid_t>>([])

    /// Kills whatever still runs, workers included; for a signal, after which nothing else happens.
    public static func killAll() {
        for processID in self.running.withLock({ $0 }) { kill(-processID, SIGKILL) }
    }

    /// - Parameters:
    ///   - command: the program, looked for along the path, and its arguments.
    ///   - log: a file for its output and errors, which is made or emptied.
    public init(_ command: [String], log: String) throws {
        self.name = command[0].split(separator: "/").last.map(String.init) ?? command[0]
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Groups of their own: a signal from the terminal reaches this process alone, which then stops them, with their workers.
        posix_spawnattr_setpgroup(&attributes, 0)
        // Threads of a pool hold signals back, and this process ignores some; a child that inherited that would not end when asked to.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var processID: pid_t = 0
        let result = posix_spawnp(&processID, command[0], &actions, &attributes, &arguments, environ)
        guard result == 0 else {
            throw Fault(description: "\(command[0]) cannot be started: \(String(cString: strerror(result)))")
        }
        self.processID = processID
        _ = Self.running.withLock { $0.insert(processID) }
    }

    public var isRunning: Bool { self.reap(WNOHANG) == nil }

    /// What it has written.
    public var output: String { SystemFile.text(self.log) ?? "" }

    /// Waits for it to end by itself.
    public func wait(within limit: Duration) async throws -> Ending {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let ending = self.reap(WNOHANG) { return ending }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Fault(description: "\(self.name) did not end within \(limit).")
    }

    /// Asks it to end, and after some time makes it.
    @discardableResult
    public func stop(within limit: Duration = .seconds(60)) async throws -> Ending {
        if let ending = self.reap(WNOHANG) { return ending }
        kill(self.processID, SIGTERM)
        do {
            return try await self.wait(within: limit)
        } catch {
            kill(-self.processID, SIGKILL)
            guard let ending = self.reap(0) else { throw error }
            return ending
        }
    }

    private func reap(_ options: Int32) -> Ending? {
        self.ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            var usage = rusage()
            guard wait4(self.processID, &status, options, &usage) == self.processID else { return nil }
            _ = Self.running.withLock { $0.remove(self.processID) }
            func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            let signal = status & 0x7f
            let made = Ending(
                status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
                usedSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
            ending = made
            return made
        }
    }
}
