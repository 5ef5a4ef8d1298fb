import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// The commands as users type them: what they print, and their exit status.
struct CommandLineTests {
    @Test func wrongUseExitsWith2AndSaysWhatIsRight() async throws {
        for arguments in [
            ["frobnicate"], ["discover"], ["discover", "a", "--tags", "x"], ["register"],
            ["register", "--service", "a"],
            ["register", "--service", "a", "--port", "0"], ["register", "--service", "../a", "--port", "1"],
            ["register", "--service", "a", "--port", "1", "--metadata", "x"], ["services", "--output", "xml"],
            ["discover", "a", "--wait", "soon"], ["run", "--service", "a", "--port", "1"],
            ["services", "--address", "a/b"],
            ["serve", "--server-prot", "1"], ["config", "check", "--server-port", "many"], ["deregister", "a"],
            ["heartbeat", "a", "b", "--status", "fine"], ["drain", "a"], ["drain", "a", "b", "--wait", "6m"],
            ["run", "--service", "a", "--port", "1", "--drain-wait", "6m", "--", "true"],
            ["config", "show", "--output", "xml"],
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == 2, "\(arguments)")
            #expect(outcome.output.isEmpty, "\(arguments)")
            #expect(outcome.errors.hasPrefix("Error: "), "\(arguments) says: \(outcome.errors)")
        }
        let nearest = try await Program.run(["serve", "--server-prot", "1"])
        #expect(nearest.errors.contains("--server-port"))
    }

    @Test func helpAndVersionAreNoFailure() async throws {
        for arguments in [
            ["--help"], ["serve", "--help"], ["run", "--help"], ["config", "show", "--help"], ["help", "watch"],
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == 0, "\(arguments)")
            #expect(outcome.output.contains("USAGE: rollcall"), "\(arguments)")
            #expect(outcome.errors.isEmpty)
        }
        let version = try await Program.run(["version"])
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("rollcall "))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsKnowTheFormats(shell: String) async throws {
        let outcome = try await Program.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("table"))
        #expect(outcome.output.contains("json"))
    }

    @Test func nobodyThereExitsWith3() async throws {
        let address = "127.0.0.1:\(try await FreePort.find())"
        for arguments in [
            ["services"], ["discover", "a"], ["watch", "a"], ["register", "--service", "a", "--port", "1"], ["history"],
            ["deregister", "a", "b"], ["version", "--server"],
        ] {
            let outcome = try await Program.run(arguments, environment: ["ROLLCALL_ADDRESS": address])
            #expect(outcome.status == 3, "\(arguments)")
            #expect(
                outcome.errors == "Error: The registry at http://\(address) cannot be reached: connection refused.\n")
        }
    }

    @Test func theTokenIsShownNowhere() async throws {
        let environment = ["ROLLCALL_ADDRESS": "127.0.0.1:\(try await FreePort.find())", "ROLLCALL_TOKEN": "s3cr3t"]
        for arguments in [["services"], ["config", "show"], ["services", "--address", "x/y"]] {
            let outcome = try await Program.run(arguments, environment: environment)
            #expect(!(outcome.output + outcome.errors).contains("s3cr3t"))
        }
    }

    @Test func theConfigurationIsShownAndChecked() async throws {
        let shown = try await Program.run(["config", "show", "--registry-ttl", "7s", "--output", "json"])
        #expect(shown.status == 0)
        #expect(shown.output.contains("{\"key\":\"registry.ttl\",\"value\":\"7s\",\"origin\":\"flag\"}"))
        let table = try await Program.run(["config", "show"], environment: ["ROLLCALL_REGISTRY_TTL": "8s"])
        #expect(table.output.contains("environment ROLLCALL_REGISTRY_TTL"))
        let sound = try await Program.run(["config", "check"])
        #expect(sound.status == 0)
        let open = try await Program.run(["config", "check", "--server-host", "0.0.0.0"])
        #expect(open.status == 2)
        #expect(open.errors.contains("--insecure"))
    }

    @Test func registerDiscoverDeregister() async throws {
        try await LiveServer.run { server in
            let registered = try await server.rollcall(
                "register", "--service", "payments", "--host", "127.0.0.11", "--port", "8080", "--version", "1.4.0",
                "--tag", "blue",
                "--tag", "canary", "--metadata", "team=a=b", "--zone", "z1", "--region", "r1", "--weight", "50",
                "--ttl", "never",
                "--named-port", "admin=9000", "--service-type", "api")
            #expect(registered.status == 0)
            #expect(registered.output == "default/payments/127.0.0.11:8080 is on the roll at revision 1.\n")

            let instances = try await server.rollcall("discover", "payments")
            #expect(
                instances.output == """
                    INSTANCE         ADDRESS          VERSION  STATUS  HEALTH  WEIGHT  ZONE  TAGS
                    127.0.0.11:8080  127.0.0.11:8080  1.4.0    UP      UP      50      z1    blue,canary

                    """)
            let fits = [
                "--tag", "blue", "--tag", "canary", "--version-range", "^1.2", "--zone", "z1", "--region", "r1",
            ]
            let more = ["--protocol", "http", "--metadata", "team=a=b", "--health", "up", "--status", "UP"]
            let filtered = try await Program.run(
                ["discover", "payments"] + fits + more, environment: ["ROLLCALL_ADDRESS": server.address])
            #expect(filtered.output == instances.output)
            for other in [
                ["--tag", "red"], ["--version", "2.0.0"], ["--zone", "z2"], ["--metadata", "team=b"],
                ["--health", "down"],
            ] {
                let none = try await Program.run(
                    ["discover", "payments"] + other, environment: ["ROLLCALL_ADDRESS": server.address])
                #expect(none.status == 0)
                #expect(none.output.split(separator: "\n").count == 1, "\(other)")
            }

            let gone = try await server.rollcall("deregister", "payments", "127.0.0.11:8080")
            #expect(gone.status == 0)
            #expect(gone.output == "default/payments/127.0.0.11:8080 is off the roll at revision 2.\n")
            let again = try await server.rollcall("deregister", "payments", "127.0.0.11:8080")
            #expect(again.status == 4)
            #expect(again.errors.hasPrefix("Error: "))
            let never = try await server.rollcall("discover", "nothing")
            #expect(never.status == 4)
            #expect(never.output.isEmpty)
        }
    }

    @Test func jsonIsTheServersOwn() async throws {
        try await LiveServer.run { server in
            _ = try await server.rollcall("register", "--service", "a", "--port", "1", "--ttl", "never")
            for arguments in [
                ["discover", "a"], ["services"], ["history"], ["namespaces"], ["health", "a"],
                ["health", "a", "127.0.0.1:1"],
                ["select", "a"], ["version", "--server"], ["register", "--service", "a", "--port", "2"],
                ["heartbeat", "a", "127.0.0.1:1"],
            ] {
                let outcome = try await Program.run(
                    arguments + ["--output", "json"], environment: ["ROLLCALL_ADDRESS": server.address])
                #expect(outcome.status == 0, "\(arguments) says: \(outcome.errors)")
                let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
                #expect(json is [String: Any], "\(arguments)")
            }
            let discovered = try await server.rollcall("discover", "a", "--output", "json")
            let body = try await server.withClient { try await $0.discover(ServiceKey(name: "a")).body }
            #expect(discovered.output == String(decoding: body, as: UTF8.self) + "\n")
        }
    }

    @Test func filesAndStandardInputAreRegistered() async throws {
        try await LiveServer.run { server in
            let one = "{\"service\": {\"name\": \"a\"}, \"instance\": {\"host\": \"127.0.0.1\", \"port\": 1}}"
            let single = try await server.rollcall("register", "--file", "-", input: one)
            #expect(single.status == 0)
            let directory = try TemporaryDirectory()
            let path = "\(directory.path)/batch.json"
            let two =
                "{\"instances\": [\(one), {\"service\": {\"name\": \"b\"}, \"instance\": {\"host\": \"127.0.0.1\", \"port\": 0}}]}"
            try Data(two.utf8).write(to: URL(filePath: path))
            let batch = try await server.rollcall("register", "--file", path)
            #expect(batch.status == 1)
            #expect(batch.output.contains("default/a/127.0.0.1:1"))
            #expect(batch.output.contains("port"))
            let malformed = try await server.rollcall("register", "--file", "-", input: "{\"service\": ")
            #expect(malformed.status == 1)
            #expect(malformed.errors.hasPrefix("Error: "))
            let missing = try await server.rollcall("register", "--file", "\(directory.path)/none.json")
            #expect(missing.status == 1)
            #expect(missing.errors == "Error: \(directory.path)/none.json cannot be read: no such file or directory.\n")
        }
    }

    @Test func listsAreShownWholeOrPageByPage() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                for first in [0, 120] {
                    _ = try await client.registerMany(
                        (first..<(first + 120)).map {
                            Registration(
                                service: ServiceKey(name: "service-\(1_000 + $0)"),
                                spec: InstanceSpec(host: "127.0.0.1", port: 1, ttl: .never))
                        })
                }
            }
            let all = try await server.rollcall("services")
            #expect(all.output.split(separator: "\n").count == 241)
            let page = try await server.rollcall("services", "--limit", "2", "--prefix", "service-11")
            #expect(page.output.split(separator: "\n").count == 3)
            #expect(page.output.contains("default/service-1100 "))
            let cursor = try #require(page.errors.split(separator: " ").last).trimmingCharacters(in: .newlines)
            let next = try await server.rollcall(
                "services", "--limit", "2", "--prefix", "service-11", "--cursor", cursor)
            #expect(next.output.contains("default/service-1102 "))
            let history = try await server.rollcall("history", "--service", "service-1005", "--order", "asc")
            #expect(history.output.contains("register"))
            #expect(history.output.split(separator: "\n").count == 2)
            let other = try await server.rollcall("services", "--namespace", "other")
            #expect(other.status == 0)
            #expect(other.output == "SERVICE  STATUS  HEALTH  INSTANCES  VERSION  REVISION\n")
            let wrong = try await server.rollcall("history", "--cause", "whim")
            #expect(wrong.status == 1)
            #expect(wrong.errors.contains("cause"))
        }
    }

    @Test func watchPrintsALineForEachChangeUntilItIsInterrupted() async throws {
        try await LiveServer.run { server in
            _ = try await server.rollcall("register", "--service", "a", "--port", "1", "--ttl", "never")
            let environment = ["ROLLCALL_ADDRESS": server.address]
            let outcome = try await Program.running(["watch", "a"], environment: environment) { watch in
                try await eventually("the watch shows what is there") {
                    watch.output.text.contains("  =  default/a  127.0.0.1:1")
                }
                _ = try await server.rollcall("register", "--service", "a", "--port", "2", "--ttl", "never")
                _ = try await server.rollcall(
                    "register", "--service", "a", "--port", "2", "--ttl", "never", "--tag", "x")
                _ = try await server.rollcall("deregister", "a", "127.0.0.1:2")
                try await eventually("the watch shows the changes") { watch.output.text.contains("  -  ") }
                watch.send(.interrupt)
            }
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            let lines = outcome.output.split(separator: "\n").map { $0.components(separatedBy: "  ") }
            #expect(
                lines.map { $0[1...] } == [
                    ["1", "=", "default/a", "127.0.0.1:1", "UP"], ["2", "+", "default/a", "127.0.0.1:2", "register"],
                    ["3", "~", "default/a", "127.0.0.1:2", "register"],
                    ["4", "-", "default/a", "127.0.0.1:2", "deregister"],
                ])
        }
    }

    @Test func aSecondServerOnTheSameDataIsRefused() async throws {
        let directory = try TemporaryDirectory()
        let outcome = try await LiveServer.run(directory: directory.path) { _ in
            let second = try await Program.run([
                "serve", "--registry-data-dir", directory.path, "--server-port", "0", "--monitoring-metrics-port", "0",
            ])
            #expect(second.status == 1)
            #expect(second.errors.contains("Error: "))
        }
        #expect(outcome.status == 0, "a stop by SIGTERM is no failure")
    }
}
