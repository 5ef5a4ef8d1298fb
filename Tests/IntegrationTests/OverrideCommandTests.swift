import Foundation
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// `rollcall override` as operators type it, and across a restart of the server.
struct OverrideCommandTests {
    @Test func wrongUseExitsWith2() async throws {
        for arguments in [
            ["override", "set", "a"], ["override", "set", "a", "--status", "GONE"],
            ["override", "set", "a", "--status", "STARTING"],
            ["override", "set", "a", "--weight", "1", "--expires-after", "0s"],
            ["override", "lift"], ["override", "list", "a"], ["override", "raise"],
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == 2, "\(arguments)")
            #expect(outcome.errors.hasPrefix("Error: "), "\(arguments) says: \(outcome.errors)")
        }
    }

    @Test func setListLift() async throws {
        try await LiveServer.run { server in
            _ = try await server.rollcall("register", "--service", "a", "--port", "1", "--ttl", "never")
            let set = try await server.rollcall(
                "override", "set", "a", "127.0.0.1:1", "--status", "out_of_service", "--reason", "a disk")
            #expect(set.status == 0)
            #expect(set.output.hasPrefix("SERVICE    INSTANCE     STATUS          WEIGHT  EXPIRES  ACTOR"))
            #expect(set.output.contains("default/a  127.0.0.1:1  OUT_OF_SERVICE  -       -        rollcall-cli"))
            #expect(set.output.hasSuffix("  a disk\n"))
            let all = try await server.rollcall(
                "override", "set", "a", "--weight", "5", "--expires-after", "1h", "--output", "json")
            let json = try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any]
            #expect((json?["override"] as? [String: Any])?["scope"] as? String == "service")

            let list = try await server.rollcall("override", "list")
            let rows = list.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(rows.dropFirst().map { $0[1] } == ["*", "127.0.0.1:1"])
            #expect(
                try await server.rollcall("override", "list", "--service", "b").output.split(separator: "\n").count == 1
            )
            #expect(try await server.rollcall("override", "list", "--namespace", "*").output == list.output)
            let discovered = try await server.rollcall("discover", "a", "--health", "any")
            #expect(discovered.output.contains("OUT_OF_SERVICE  UP      5 "))

            let lifted = try await server.rollcall("override", "lift", "a", "127.0.0.1:1")
            #expect(lifted.output == "The override of default/a/127.0.0.1:1 is lifted at revision 4.\n")
            #expect(try await server.rollcall("override", "lift", "a", "127.0.0.1:1").status == 4)
            #expect(try await server.rollcall("override", "set", "b", "--weight", "1").status == 4)
        }
    }

    @Test(arguments: [Signal.kill, .terminate])
    func anEndOfTheServerDoesNotEndIt(signal: Signal) async throws {
        let directory = try TemporaryDirectory()
        try await LiveServer.run(directory: directory.path) { server in
            _ = try await server.rollcall("register", "--service", "a", "--port", "1", "--ttl", "never")
            let set = try await server.rollcall("override", "set", "a", "127.0.0.1:1", "--status", "DRAINING")
            #expect(set.status == 0)
            server.program.send(signal)
        }
        try await LiveServer.run(directory: directory.path) { server in
            _ = try await server.rollcall("register", "--service", "a", "--port", "1", "--ttl", "never")
            let discovered = try await server.rollcall("discover", "a", "--health", "any")
            #expect(discovered.output.contains("DRAINING"))
        }
    }
}
