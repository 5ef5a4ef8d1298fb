import AsyncHTTPClient
import RollcallClient
import ServerTestKit
import Testing

/// What is acknowledged is on the disk: the system is asked to sync before the answer leaves, once for each commit.
struct SyncTests {
    private func registration(_ number: Int) -> Registration {
        Registration(
            service: ServiceKey(name: "synced"),
            spec: InstanceSpec(host: "127.0.0.1", port: UInt16(number), ttl: .never))
    }

    @Test func aSyncComesBeforeEachAnswer() async throws {
        let trace = try SyncTrace()
        try await LiveServer.run(launcher: trace.launcher) { server in
            try await server.withClient(.patient) { client in
                for number in 1...40 {
                    let before = try trace.syncs()
                    _ = try await client.register(self.registration(number))
                    #expect(try trace.syncs() > before, "registration \(number)")
                }
            }
        }
    }

    @Test func writesThatComeTogetherShareCommitsAndEachCommitIsSynced() async throws {
        let trace = try SyncTrace()
        try await LiveServer.run(launcher: trace.launcher) { server in
            try await HTTPClient.withManyConnections { http in
                let before = (try await server.metric("rollcall_commits_total", http), try trace.syncs())
                try await server.withClient(.patient) { client in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 1...64 {
                            group.addTask { _ = try await client.register(self.registration(number)) }
                        }
                        try await group.waitForAll()
                    }
                }
                let commits = try await server.metric("rollcall_commits_total", http) - before.0
                let syncs = try trace.syncs() - before.1
                #expect((1...64).contains(commits))
                #expect(syncs >= commits, "\(syncs) syncs for \(commits) commits")
            }
        }
    }
}
