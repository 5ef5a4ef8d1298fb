import ArgumentParser
import RollcallClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command as an instance of a service.",
        usage: "rollcall run --service NAME --port N [OPTIONS] -- COMMAND ...",
        discussion: """
            Starts the command and registers it once its port accepts connections; sends its heartbeats, registers it \
            again when the registry has forgotten it, and goes on trying while the registry is away; deregisters it at \
            its end.

            SIGTERM, SIGINT and SIGQUIT drain the instance first: callers are told, and waited for up to --drain-wait. Then \
            --drain-delay passes, the signal is passed on, and the instance is deregistered once the command has ended. With \
            --drain-wait 0s it is deregistered first, and nobody is waited for. A second signal is passed on at once. Other \
            signals are passed on as they come. The command leads a process group of its own, to which signals go. It inherits standard output and \
            standard error, and standard input unless that is a terminal.

            Exit status: that of the command, 128 and the number of the signal that ended it, 127 when there is no such \
            command, 126 when it cannot be run, 1 when its port did not accept in time or the registry refused it.
            """)

    @OptionGroup(title: "Instance") var instance: InstanceOptions

    @Option(help: "How long a heartbeat holds; three are sent in that time.")
    var ttl: TimeSpan = .seconds(10)

    @Option(help: "How long the command may take until its port accepts connections.")
    var startupTimeout: TimeSpan = .seconds(60)

    @Option(
        help:
            "How long callers may take to confirm that they have stopped coming, at most 5m; 0s: do not wait for them.")
    var drainWait: TimeSpan = .seconds(10)

    @Option(help: "How long to wait between that, or deregistering, and passing the signal on.")
    var drainDelay: TimeSpan = .zero

    @Option(help: "How long the command may take to end after the signal, before it is killed.")
    var stopTimeout: TimeSpan = .seconds(10)

    @OptionGroup(title: "Registry") var client: ClientOptions

    @Argument(parsing: .postTerminator, help: "The command and its arguments.")
    var command: [String]

    func validate() throws {
        _ = try self.registration(incarnation: 0)
        if !Limits.drainWait.contains(self.drainWait) {
            throw ValidationError("The value '\(self.drainWait)' is invalid for '--drain-wait': it is 0s to 5m.")
        }
        if self.command.isEmpty { throw ValidationError("Missing the command: rollcall run … -- COMMAND …") }
    }

    func run() async throws {
        let startedAt = Self.milliseconds
        let registration = try self.registration(incarnation: startedAt)
        let probe = PortProbe(host: registration.spec.host, port: registration.spec.port)
        if await probe.accepts() {
            throw ConsoleError(
                "Something accepts connections at \(registration.spec.address) already, so it could not be told from the command; stop it, or give another --port."
            )
        }
        var configuration = try self.client.configuration(clientName: "rollcall-run")
        // A stop must not hang on a registry that does not answer.
        configuration.requestTimeout = min(configuration.requestTimeout, .seconds(2))
        configuration.connectTimeout = .seconds(1)
        configuration.retries = RetryPolicy(attempts: 2)
        let status = try await withRollcallClient(configuration) { client in
            try await self.supervisor(client, registration, probe).run()
        }
        throw ExitCode(status)
    }

    private func supervisor(_ client: RollcallClient, _ registration: Registration, _ probe: PortProbe) -> Supervisor {
        Supervisor(
            command: self.command, probe: probe,
            membership: Membership(client: client, registration: registration) { Self.tell($0, of: registration.key) },
            settings: Supervisor.Settings(
                startupTimeout: self.startupTimeout.duration, drainWait: self.drainWait,
                drainDelay: self.drainDelay.duration, stopTimeout: self.stopTimeout.duration))
    }

    private static func tell(_ event: Membership.Event, of instance: InstanceKey) {
        switch event {
        case .joined(let revision): Console.note("rollcall: \(instance) is on the roll at revision \(revision).")
        case .forgotten:
            Console.note("rollcall: The registry does not know \(instance) any more; it is registered again.")
        case .failed(let error, let wait): Console.note("rollcall: \(error.message) Trying again in \(wait.text).")
        case .recovered: Console.note("rollcall: The registry answers again.")
        case .ended(let error): Console.note("rollcall: \(error.message)")
        }
    }

    private func registration(incarnation: Int64) throws -> Registration {
        try self.instance.registration(
            namespace: self.client.namespace, ttl: .after(self.ttl), status: nil, incarnation: incarnation)
    }

    /// The wall clock, for the incarnation.
    private static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
