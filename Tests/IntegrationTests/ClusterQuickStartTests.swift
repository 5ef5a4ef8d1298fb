import Foundation
import RegistryTestKit
import ServerTestKit
import Testing

/// The README's cluster, command by command: three servers and an etcd, from nothing.
struct ClusterQuickStartTests {
    @Test func threeServersAreOneRegistryAsTheReadmeSays() async throws {
        let steps = try ReadmeStep.all(in: "More than one machine")
        #expect(steps.count >= 9, "the README lost its cluster")
        var ports: [(page: String, free: String)] = []
        for page in ["2379", "2380", "8081", "8082", "8083", "9091", "9092", "9093", "9001"] {
            ports.append((page, String(try await FreePort.find())))
        }
        let directory = URL(filePath: try RollcallExecutable.path()).deletingLastPathComponent().path
        try await Shell.run(directory: directory, address: "127.0.0.1:1") { [ports] shell in
            for step in steps { try await Self.perform(step, in: shell, ports) }
        }
    }

    /// A step that only looks is repeated until it shows what the page shows, as a person would look again.
    private static func perform(
        _ step: ReadmeStep, in shell: Shell, _ ports: [(page: String, free: String)]
    ) async throws {
        let command = step.command(on: ports)
        guard ["rollcall cluster", "rollcall discover", "curl "].contains(where: { command.hasPrefix($0) }) else {
            try await shell.run(command)
            return
        }
        let expected = Self.shown(step.output)
        var shown = ""
        try await eventually("\(step.command) shows what README.md says; it shows:\n\(shown)") {
            let printed = ports.reduce(try await shell.run(command)) { $0.replacing($1.free, with: $1.page) }
            shown = Self.shown(printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            return shown == expected
        }
        #expect(shown == expected, "\(step.command)")
    }

    /// What is the same each time: not how far the cluster is, in which order its nodes joined, or how wide the ports of the day are.
    private static func shown(_ lines: [String]) -> String {
        let words = lines.map { $0.split(separator: " ") }.filter { !$0.isEmpty }
        let isCluster = words.first?.first == "NODE"
        guard isCluster else { return words.map { $0.joined(separator: " ") }.joined(separator: "\n") }
        return words.map { $0.prefix(2).joined(separator: " ") }.sorted().joined(separator: "\n")
    }
}
