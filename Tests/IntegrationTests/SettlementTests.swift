import Foundation
import RegistryTestKit
import ServerTestKit
import Subprocess
import Testing

/// An operator who is asked whether it is meant, and what becomes of the nodes meanwhile.
@Suite(.timeLimit(.minutes(3)))
struct SettlementTests {
    @Test("The node that was shown is the one that is told: when it dies before the answer, no other is")
    func theNodeDies() async throws {
        let etcd = try EtcdServer()
        try etcd.start()
        defer { etcd.stop() }
        let flags = ["--registry-type", "etcd", "--etcd-endpoints", "127.0.0.1:\(etcd.port)"]
        try await LiveServer.run(flags: flags) { first in
            try await LiveServer.run(flags: flags) { second in
                try etcd.empty()
                try etcd.start()
                try await eventually("both see another history") {
                    guard try await Self.isHeldUp(first) else { return false }
                    return try await Self.isHeldUp(second)
                }
                let errors = try await Self.reseed(first, second)
                #expect(errors.contains("http://\(first.address) cannot be reached"), "\(errors)")
                #expect(try await Self.isHeldUp(second))
                let unseen = try await Program.run(
                    ["cluster", "reseed", "--yes"], environment: Self.environment(first, second))
                #expect(unseen.status == 3)
                #expect(unseen.errors.contains("http://\(first.address) cannot be reached"), "\(unseen.errors)")
                #expect(try await Self.isHeldUp(second))
            }
        }
    }

    private static func environment(_ servers: LiveServer...) -> [String: String] {
        ["ROLLCALL_ADDRESS": servers.map(\.address).joined(separator: ",")]
    }

    private static func isHeldUp(_ server: LiveServer) async throws -> Bool {
        try await server.rollcall("cluster").output.contains("Nothing can be written")
    }

    /// Asks for `reseed`, kills the first node once it was shown, and says yes then. Returns what the command said.
    private static func reseed(_ first: LiveServer, _ second: LiveServer) async throws -> String {
        let directory = try TemporaryDirectory()
        let answers = "\(directory.path)/answers"
        try #require(mkfifo(answers, 0o600) == 0)
        let outcome = try await Program.running(
            ["cluster", "reseed"], environment: Self.environment(first, second),
            launcher: ["sh", "-c", #"exec "$@" <"$0""#, answers]
        ) { command in
            let pipe = try #require(FileHandle(forUpdatingAtPath: answers))
            try await eventually("it asks; it said: \(command.errors.text)") {
                command.errors.text.contains("Type yes")
            }
            #expect(command.errors.text.contains("at http://\(first.address) knows"))
            first.program.send(.kill)
            try await eventually("the node is gone") { try await first.rollcall("cluster").status == 3 }
            try pipe.write(contentsOf: Data("yes\n".utf8))
            try await eventually("it says what came of it") { command.errors.text.contains("Error: ") }
        }
        return outcome.errors
    }
}
