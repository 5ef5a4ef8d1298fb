import Foundation
import RollcallClient
import Subprocess
import Testing

/// The disk has no room for a while. A limit on the size of files stands in for it: it needs no file system of its own,
/// and can be lifted while the server runs.
struct FullDiskTests {
    /// The server may write files of 512 KiB, and gets an error, not a signal, when it writes more.
    private static let launcher = [
        "prlimit", "--fsize=524288:unlimited", "sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\"",
    ]

    private func registration(_ number: Int) -> Registration {
        Registration(
            service: ServiceKey(name: "full"),
            spec: InstanceSpec(
                host: "127.0.0.1", port: UInt16(number), metadata: ["a": String(repeating: "x", count: 1_000)],
                ttl: .never))
    }

    private func ids(_ client: RollcallClient) async throws -> Set<String> {
        let answer = try await client.discover(client.service("full"), .everything)
        return Set(answer.value.services.first?.instances?.map(\.id) ?? [])
    }

    @Test func writesFailReadsGoOnAndTheServiceReturnsByItself() async throws {
        let directory = try TemporaryDirectory()
        let kept = Box<Set<String>>([])
        let stopped = try await LiveServer.run(directory: directory.path, launcher: Self.launcher) { server in
            try await server.withClient(.patient) { client in
                var acknowledged: Set<String> = []
                let refusal = try #require(try await self.fill(client, &acknowledged))
                #expect(refusal.status == 503)
                #expect(["store_full", "store_unavailable"].contains(refusal.code))
                #expect(refusal.retryAfter.map { $0 > .zero } == true)

                let ids = try await self.ids(client)
                #expect(ids == acknowledged, "nothing of what was refused is there")
                try await eventually("answers say how old they are") {
                    try await client.discover(client.service("full")).age.map { $0 > .zero } == true
                }
                let lifted = try await Subprocess.run(
                    .name("prlimit"), arguments: ["--pid", "\(server.program.processID)", "--fsize=unlimited"],
                    output: .discarded, error: .discarded)
                #expect(lifted.terminationStatus.isSuccess)
                try await eventually("it takes writes again") {
                    (try? await client.register(self.registration(10_000))) != nil
                }
                acknowledged.insert("127.0.0.1:10000")
                #expect(try await self.ids(client) == acknowledged)
                kept.value = acknowledged
            }
        }
        #expect(stopped.status == 0)
        try await LiveServer.run(directory: directory.path) { server in
            let ids = try await server.withClient { try await self.ids($0) }
            #expect(ids == kept.value)
        }
    }

    /// Registers until it is refused.
    private func fill(
        _ client: RollcallClient, _ acknowledged: inout Set<String>
    ) async throws -> RollcallClientError.Problem? {
        for number in 1...1_000 {
            do {
                acknowledged.insert(try await client.register(self.registration(number)).value.instance.id)
            } catch {
                return error.problem
            }
        }
        return nil
    }
}
