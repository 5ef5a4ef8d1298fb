import Foundation
import RegistryTestKit
import ServerTestKit
import Subprocess
import Testing

/// The README's quick start, command by command: what a new user types, and what the page says comes out.
struct QuickStartTests {
    @Test func theReadmeTellsTheTruth() async throws {
        let steps = try ReadmeStep.all(in: "Quick start")
        #expect(steps.count >= 12, "the README lost its quick start")
        // The page's ports, and free ones in their place.
        var ports: [(page: String, free: String)] = []
        for page in ["8080", "9001", "9002", "9003", "9100"] { ports.append((page, String(try await FreePort.find()))) }
        try await LiveServer.run(port: Int(ports[0].free)) { [ports] server in
            try await Shell.run(
                directory: URL(filePath: try RollcallExecutable.path()).deletingLastPathComponent().path,
                address: server.address
            ) { shell in
                for step in steps {
                    try await Self.perform(step, in: shell, ports: ports)
                }
            }
        }
    }

    /// Runs a step; one that only looks is repeated until it shows what the page shows, as a person would look again.
    private static func perform(_ step: ReadmeStep, in shell: Shell, ports: [(page: String, free: String)]) async throws
    {
        var command = step.command
        for port in ports { command = command.replacing(port.page, with: port.free) }
        if command.hasSuffix("&") {
            try await shell.run(command)
            try await Self.waitUntilItRuns(step.command, in: shell, ports: ports)
            return
        }
        let onlyLooks = ["rollcall discover", "cat "].contains { command.hasPrefix($0) }
        var shown = ""
        try await eventually("\(step.command) shows what README.md says; it shows:\n\(shown)") {
            shown = try await shell.run(command)
            for port in ports { shown = shown.replacing(port.free, with: port.page) }
            return Self.normal(shown) == Self.normal(step.output.joined(separator: "\n")) || !onlyLooks
        }
        #expect(Self.normal(shown) == Self.normal(step.output.joined(separator: "\n")), "\(step.command)")
    }

    /// Gives a background command the time that a person takes to type the next one.
    private static func waitUntilItRuns(
        _ command: String, in shell: Shell, ports: [(page: String, free: String)]
    ) async throws {
        let look: (command: String, expected: String)
        if let port = ports.first(where: { command.contains("--port \($0.page)") }) {
            look = ("rollcall discover payments 2>/dev/null", ":\(port.free) ")
        } else {
            look = ("cat watch.log", ":\(ports[3].free) ")
        }
        try await eventually("\(command) is at work") { try await shell.run(look.command).contains(look.expected) }
    }

    /// Times are of their day, and columns as wide as the ports of the day.
    private static func normal(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, with: "TIME").replacing(/\ +/, with: " ")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// One shell with job control, to which commands are given one after another.
actor Shell {
    private let input: StandardInputWriter
    private let output: Text
    private var count = 0

    private init(input: StandardInputWriter, output: Text) {
        self.input = input
        self.output = output
    }

    /// Runs `body` with a shell that has the program on its path, and ends the shell and its jobs afterwards.
    static func run(
        directory: String, address: String, _ body: @escaping @Sendable (Shell) async throws -> Void
    ) async throws {
        let temporary = try TemporaryDirectory()
        let path = "\(directory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        let output = Text()
        let environment = Environment.inherit.updating(["PATH": path, "ROLLCALL_ADDRESS": address])
        _ = try await Subprocess.run(
            .name("bash"), arguments: ["--norc", "--noprofile"], environment: environment, input: .inputWriter,
            output: .sequence, error: .discarded
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await output.collect(execution.standardOutput) }
                let shell = Shell(input: execution.standardInputWriter, output: output)
                try await shell.run("cd '\(temporary.path)'; set -m")
                do {
                    try await body(shell)
                } catch {
                    try await shell.end()
                    throw error
                }
                try await shell.end()
                try await group.waitForAll()
            }
        }
    }

    /// Gives it one command and returns what that printed.
    @discardableResult
    func run(_ command: String) async throws -> String {
        self.count += 1
        let mark = "done-\(self.count)-\(UUID().uuidString)"
        let before = self.output.text.count
        _ = try await self.input.write("\(command)\nprintf '%s\\n' \(mark)\n")
        try await eventually("the shell finished: \(command)") { self.output.text.contains("\(mark)\n") }
        let printed = self.output.text.dropFirst(before)
        return String(printed.prefix(upTo: printed.range(of: mark)?.lowerBound ?? printed.endIndex))
    }

    private func end() async throws {
        _ = try await self.input.write("kill $(jobs -p) 2>/dev/null; wait\nexit\n")
        try await self.input.finish()
    }
}
