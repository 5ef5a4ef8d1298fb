import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The command that `rollcall run` started.
///
/// It leads a process group of its own: a Ctrl-C at the terminal reaches `rollcall` alone, which takes the instance off the roll
/// before it passes the signal on, and what is passed on reaches the command's own children too. As a background group it must
/// not read from the terminal, so it gets `/dev/null` when standard input is one; otherwise it inherits all three streams.
///
/// The process stays a zombie until ``end()`` reaps it, so that its id cannot mean another process while a signal may be sent.
struct ChildProcess: Sendable {
    let id: pid_t

    struct SpawnError: Error {
        /// 127 when the command was not found, 126 when it cannot be executed, as shells have it.
        let exitCode: Int32
        let message: String
    }

    /// Finds `command[0]` along `PATH`; the environment is this process's own.
    init(_ command: [String]) throws(SpawnError) {
        var actions = Self.makeActions()
        var attributes = Self.makeAttributes()
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        let error = posix_spawnp(&id, command[0], &actions, &attributes, &arguments, environ)
        guard error == 0 else {
            let reason = String(cString: strerror(error)).lowercased()
            throw SpawnError(
                exitCode: error == ENOENT ? 127 : 126,
                message: "The command \"\(command[0])\" cannot be started: \(reason).")
        }
        self.id = id
    }

    /// Sends a signal to the command and to all of its process group.
    func send(_ signal: Int32) {
        // Fails only when nobody of the group is left, which its end tells.
        kill(-self.id, signal)
    }

    /// Calls `body` when the process has ended, and leaves it to be reaped. `body` returns whether it has taken that in; it is
    /// called until it has.
    ///
    /// The queue is a thread that waits, which no task may do: it would hold a thread of the shared pool.
    func whenEnded(_ body: @escaping @Sendable () -> Bool) {
        let id = self.id
        DispatchQueue(label: "rollcall.child").async {
            var information = siginfo_t()
            while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            while !body() { usleep(10_000) }
        }
    }

    /// Reaps the ended process. Nothing may be sent to it afterwards.
    func end() -> ExitStatus {
        var status: Int32 = 0
        while waitpid(self.id, &status, 0) < 0 {
            guard errno == EINTR else { return .exited(ExitStatus.failure) }
        }
        // The layout of wait(2)'s status, whose macros Swift does not import.
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
}

#if canImport(Darwin)
private typealias FileActions = posix_spawn_file_actions_t?
private typealias Attributes = posix_spawnattr_t?
#else
private typealias FileActions = posix_spawn_file_actions_t
private typealias Attributes = posix_spawnattr_t
#endif

extension ChildProcess {
    private static func makeActions() -> FileActions {
        #if canImport(Darwin)
        var actions: FileActions = nil
        #else
        var actions = FileActions()
        #endif
        posix_spawn_file_actions_init(&actions)
        if isatty(STDIN_FILENO) == 1 {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        return actions
    }

    /// A group of its own, no signal blocked, and none ignored: SwiftNIO ignores SIGPIPE, and that would be inherited.
    private static func makeAttributes() -> Attributes {
        #if canImport(Darwin)
        var attributes: Attributes = nil
        #else
        var attributes = Attributes()
        #endif
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        sigdelset(&all, SIGKILL)
        sigdelset(&all, SIGSTOP)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        return attributes
    }
}
