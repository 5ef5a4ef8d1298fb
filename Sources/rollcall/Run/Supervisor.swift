import RollcallClient
import UnixSignals

/// Carries out what ``SupervisionMachine`` decides.
struct Supervisor: Sendable {
    struct Settings: Sendable {
        /// How long the command may take until its port accepts.
        var startupTimeout: Duration
        /// How long callers are waited for that have been told to stop coming; zero: they are not told beforehand.
        var drainWait: TimeSpan
        /// Between that, or leaving the roll, and passing the signal on.
        var drainDelay: Duration
        /// Between the signal and `SIGKILL`.
        var stopTimeout: Duration
    }

    /// What happened, before the ended process is reaped for its status.
    private enum Occurrence: Sendable {
        case event(SupervisionMachine.Event)
        case commandEnded
    }

    private typealias Inbox = AsyncStream<Occurrence>.Continuation

    let command: [String]
    let probe: PortProbe
    let membership: Membership
    let settings: Settings

    /// Runs the command to its end and returns the status to exit with.
    func run() async throws(ChildProcess.SpawnError) -> Int32 {
        // Each source has few events under way; only a flood of signals can fill this, and of those some may be lost.
        let (occurrences, inbox) = AsyncStream.makeStream(of: Occurrence.self, bufferingPolicy: .bufferingOldest(1_024))
        // Trapped before there is a command, so that none can end this process and leave the command behind.
        let signals = await UnixSignalsSequence(trapping: SupervisionSignals.trapped)
        let child = try ChildProcess(self.command)
        child.whenEnded { if case .dropped = inbox.yield(.commandEnded) { false } else { true } }
        return await self.supervise(child, signals, occurrences, inbox)
    }

    private func supervise(
        _ child: ChildProcess, _ signals: UnixSignalsSequence, _ occurrences: AsyncStream<Occurrence>, _ inbox: Inbox
    ) async -> Int32 {
        let (leaving, leave) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        return await withDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            group.addTask { for await signal in signals { inbox.yield(.event(.signal(signal.rawValue))) } }
            group.addTask { await self.awaitStart(inbox) }
            var machine = SupervisionMachine(
                drains: self.settings.drainWait > .zero, delays: self.settings.drainDelay > .zero)
            for await occurrence in occurrences {
                let event = Self.event(for: occurrence, of: child)
                let actions = machine.handle(event)
                if event == .startupTimedOut, !actions.isEmpty { self.sayThatItDoesNotListen() }
                for action in actions {
                    switch action {
                    case .join: group.addTask { await self.keepOnRoll(until: leaving, inbox) }
                    case .drain: group.addTask { await self.drain(inbox) }
                    case .leave: leave.finish()
                    case .awaitDelay: group.addTask { await Self.after(self.settings.drainDelay, .delayed, inbox) }
                    case .send(let signal): child.send(signal)
                    case .awaitStop: group.addTask { await Self.after(self.settings.stopTimeout, .stopTimedOut, inbox) }
                    case .exit(let status): return status
                    }
                }
            }
            return ExitStatus.failure
        }
    }

    private static func event(for occurrence: Occurrence, of child: ChildProcess) -> SupervisionMachine.Event {
        switch occurrence {
        case .event(let event): event
        case .commandEnded: .commandEnded(child.end())
        }
    }

    private func awaitStart(_ inbox: Inbox) async {
        if await self.probe.waitUntilAccepting(atMost: self.settings.startupTimeout) {
            inbox.yield(.event(.portAccepts))
        } else if !Task.isCancelled {
            inbox.yield(.event(.startupTimedOut))
        }
    }

    private func sayThatItDoesNotListen() {
        Console.note(
            "rollcall: The command did not accept connections at \(self.probe.host) port \(self.probe.port) in time; it is stopped."
        )
    }

    private func keepOnRoll(until leaving: AsyncStream<Void>, _ inbox: Inbox) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                switch await self.membership.run() {
                case .cancelled: break
                case .superseded:
                    Console.note("rollcall: A newer process has registered under this id; the command goes on without.")
                case .refused(let error):
                    Console.note(
                        "rollcall: The registry does not take this instance, so the command is stopped. \(error)")
                    inbox.yield(.event(.refused))
                }
            }
            for await _ in leaving {}
            group.cancelAll()
        }
        do throws(RollcallClientError) {
            try await self.membership.leave()
        } catch {
            Console.note("rollcall: The instance could not be deregistered and will expire by its ttl. \(error)")
        }
        inbox.yield(.event(.left))
    }

    private func drain(_ inbox: Inbox) async {
        do throws(RollcallClientError) {
            let answer = try await self.membership.drain(wait: self.settings.drainWait)
            if let answer, !answer.isComplete {
                let nodes = answer.nodes.filter { $0.standing != DrainNodeDocument.informed }
                let others =
                    (answer.delivered + answer.pending).map { Table.printable($0.client) }
                    + nodes.map { "those who read at node \(Table.printable($0.node))" }
                Console.note(
                    "rollcall: Within \(self.settings.drainWait) these callers have not confirmed that the instance leaves: \(others.joined(separator: ", "))."
                )
            }
            inbox.yield(.event(.drained(answer != nil)))
        } catch {
            Console.note("rollcall: Callers could not be told beforehand that the instance leaves. \(error)")
            inbox.yield(.event(.drained(false)))
        }
    }

    private static func after(_ wait: Duration, _ event: SupervisionMachine.Event, _ inbox: Inbox) async {
        do { try await Task.sleep(for: wait) } catch { return }
        inbox.yield(.event(event))
    }
}
