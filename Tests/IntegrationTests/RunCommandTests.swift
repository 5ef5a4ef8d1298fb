import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// `rollcall run`: any program joins without a line of code.
struct RunCommandTests {
    /// A program that listens; it says when it has been told to stop, and then ends with 7.
    private static func listener(_ port: Int) -> [String] {
        [
            "python3", "-u", "-c",
            """
            import signal, socket, sys, time
            def stop(number, frame):
                print("stopped by", number, time.time_ns() // 1000000, flush=True)
                sys.exit(7)
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGHUP, lambda number, frame: print("hung up", flush=True))
            listening = socket.create_server(("127.0.0.1", \(port)))
            while True:
                try:
                    listening.accept()[0].close()
                except InterruptedError:
                    pass
            """,
        ]
    }

    private func arguments(_ server: String, _ port: Int, _ more: [String] = [], command: [String]) -> [String] {
        ["run", "--address", server, "--service", "web", "--port", String(port), "--ttl", "4s"] + more + ["--"]
            + command
    }

    private func instances(_ server: LiveServer) async throws -> [Instance] {
        try await server.withClient { try await Self.instances($0) }
    }

    private static func instances(_ client: RollcallClient) async throws(RollcallClientError) -> [Instance] {
        do throws(RollcallClientError) {
            return try await client.discover(client.service("web"), .everything).value.services.first?.instances ?? []
        } catch {
            guard error.isNotFound else { throw error }
            return []
        }
    }

    @Test func callersAreToldBeforeTheCommandAndItLeavesAfterwards() async throws {
        try await LiveServer.run { server in
            let port = try await FreePort.find()
            let arguments = self.arguments(
                server.address, port, ["--drain-wait", "500ms"], command: Self.listener(port))
            let outcome = try await Program.running(arguments) { run in
                try await eventually("the instance is on the roll") { try await self.instances(server).count == 1 }
                // A reader that never confirms is waited for as long as was said.
                try await server.withClient { client in
                    _ = try await client.discover(client.service("web"), blocking: BlockingRead(after: .zero))
                }
                run.send(.terminate)
                try await eventually("the command is told") { run.output.text.contains("stopped by 15") }
            }
            #expect(outcome.status == 7)
            #expect(
                outcome.errors.contains(
                    "Within 500ms these callers have not confirmed that the instance leaves: integration-tests."),
                "\(outcome.errors)")
            let history = try await server.withClient {
                try await $0.history(HistoryQuery(service: "web", order: .ascending))
            }
            #expect(history.value.elements.map(\.cause) == ["register", "drain", "deregister"])
            let drained = try #require(history.value.elements.dropFirst().first).time.milliseconds
            let told = try #require(outcome.output.split(separator: " ").last.flatMap { Int64($0.dropLast()) })
            #expect(told - drained >= 450)
        }
    }

    @Test func joinsBeatsAndLeavesBeforeTheCommandIsTold() async throws {
        try await LiveServer.run { server in
            let port = try await FreePort.find()
            let arguments = self.arguments(
                server.address, port,
                ["--tag", "x", "--version", "2.1.0", "--drain-wait", "0s", "--drain-delay", "300ms"],
                command: Self.listener(port))
            let outcome = try await Program.running(arguments) { run in
                try await eventually("the instance is on the roll") { try await self.instances(server).count == 1 }
                let instance = try #require(try await self.instances(server).first)
                #expect(instance.id == "127.0.0.1:\(port)")
                #expect(instance.spec.version == "2.1.0")
                #expect(instance.incarnation.map { $0 > 1_600_000_000_000 } == true)
                // Longer than one heartbeat holds, with time to spare for a machine that has much to do.
                try await Task.sleep(for: .seconds(5))
                #expect(try await self.instances(server).first?.isAvailable == true)
                #expect(try await self.instances(server).first?.revision == instance.revision, "nothing was committed")

                run.send(.terminalClosed)
                try await eventually("other signals are passed on") { run.output.text.contains("hung up") }
                run.send(.terminate)
                try await eventually("the command is told") { run.output.text.contains("stopped by 15") }
            }
            #expect(outcome.status == 7)
            let history = try await server.withClient {
                try await $0.history(HistoryQuery(service: "web", order: .ascending))
            }
            #expect(history.value.elements.map(\.cause) == ["register", "deregister"])
            let left = try #require(history.value.elements.last).time.milliseconds
            let told = try #require(outcome.output.split(separator: " ").last.flatMap { Int64($0.dropLast()) })
            #expect(told - left >= 250, "callers are told first, and given the drain delay")
        }
    }

    @Test func aCommandThatEndsIsTakenOffTheRollAndItsStatusIsKept() async throws {
        let directory = try TemporaryDirectory()
        try await LiveServer.run { server in
            let port = try await FreePort.find()
            let script = """
                import os, socket, time
                listening = socket.create_server(("127.0.0.1", \(port)))
                while not os.path.exists("\(directory.path)/end"):
                    time.sleep(0.05)
                os.kill(os.getpid(), 9)
                """
            let arguments = self.arguments(server.address, port, command: ["python3", "-c", script])
            let outcome = try await Program.running(arguments) { run in
                try await eventually("the instance is on the roll") { try await self.instances(server).count == 1 }
                try Data().write(to: URL(filePath: "\(directory.path)/end"))
                try await eventually("it is taken off the roll") { try await self.instances(server).isEmpty }
            }
            #expect(outcome.status == 137)
            #expect(outcome.errors.contains("default/web/127.0.0.1:\(port) is on the roll at revision 1."))
        }
    }

    @Test func aCommandThatEndsBeforeItsPortAcceptsIsNeverOnTheRoll() async throws {
        try await LiveServer.run { server in
            let port = try await FreePort.find()
            let outcome = try await Program.run(self.arguments(server.address, port, command: ["sh", "-c", "exit 9"]))
            #expect(outcome.status == 9)
            let deaf = try await Program.run(
                self.arguments(
                    server.address, port, ["--startup-timeout", "1s", "--stop-timeout", "1s"],
                    command: ["sleep", "600"]))
            #expect(deaf.status == 1)
            #expect(deaf.errors.contains("did not accept connections"))
            #expect(try await server.withClient { try await $0.history().value.elements }.isEmpty)
        }
    }

    @Test func commandsThatCannotBeStarted() async throws {
        let port = try await FreePort.find()
        let missing = try await Program.run(self.arguments("127.0.0.1:1", port, command: ["/nonexistent/program"]))
        #expect(missing.status == 127)
        #expect(missing.errors.hasPrefix("Error: The command \"/nonexistent/program\" cannot be started"))
        let unfit = try await Program.run(self.arguments("127.0.0.1:1", port, command: ["/etc/hosts"]))
        #expect(unfit.status == 126)
    }

    @Test func aPortThatIsTakenIsNotMistakenForTheCommand() async throws {
        try await LiveServer.run { server in
            let port = try #require(Int(server.address.split(separator: ":")[1]))
            let outcome = try await Program.run(self.arguments(server.address, port, command: ["sleep", "600"]))
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("accepts connections at 127.0.0.1:\(port) already"))
        }
    }

    @Test func aRegistryThatIsAwayDisturbsNobodyAndIsJoinedWhenItComes() async throws {
        let registryPort = try await FreePort.find()
        let port = try await FreePort.find()
        let arguments = self.arguments("127.0.0.1:\(registryPort)", port, command: Self.listener(port))
        let outcome = try await Program.running(arguments) { run in
            try await eventually("it says that the registry is away") { run.errors.text.contains("cannot be reached") }
            try await LiveServer.run(port: registryPort) { server in
                try await eventually("the instance is on the roll") { try await self.instances(server).count == 1 }
                try await server.withClient { client in
                    _ = try await client.deregister(client.instance("127.0.0.1:\(port)", of: "web"))
                }
                try await eventually("it registers again") { try await self.instances(server).count == 1 }
            }
            #expect(!run.output.text.contains("stopped"))
        }
        #expect(outcome.status == 7)
        #expect(outcome.errors.contains("does not know default/web/127.0.0.1:\(port) any more"))
    }

    @Test func theWholeProcessGroupIsToldAndNobodyIsLeft() async throws {
        try await LiveServer.run { server in
            let port = try await FreePort.find()
            let marker = "rollcall-test-\(UUID().uuidString)"
            let script = "sh -c 'sleep 600; : \(marker)' & exec python3 -m http.server \(port) --bind 127.0.0.1"
            let outcome = try await Program.running(
                self.arguments(server.address, port, command: ["sh", "-c", script])
            ) { run in
                try await eventually("the instance is on the roll") { try await self.instances(server).count == 1 }
            }
            #expect(outcome.status == 143)
            #expect(try await self.instances(server).isEmpty)
            try await eventually("nobody of the group is left") {
                let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
                return !processes.contains { id in
                    let line = (try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline"))) ?? Data()
                    return String(decoding: line, as: UTF8.self).contains(marker)
                }
            }
        }
    }
}
