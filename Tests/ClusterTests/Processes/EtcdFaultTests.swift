import RegistryTestKit
import ServerTestKit
import Testing

/// What the fault test does to etcd is done: a fault that does nothing would find nothing.
@Suite("Faults of etcd are real", .serialized)
struct EtcdFaultTests {
    private func with(_ cluster: EtcdCluster, _ body: (EtcdCluster) async throws -> Void) async throws {
        try cluster.launch()
        defer { cluster.stop() }
        try await self.isHealthy(cluster)
        try await body(cluster)
    }

    private func isHealthy(_ cluster: EtcdCluster) async throws {
        try await eventually("etcd is healthy: \(cluster.logs)") { await cluster.isHealthy }
    }

    @Test("The leader of three is found; killed or frozen, another leads, and it comes back")
    func leader() async throws {
        try await self.with(EtcdCluster(size: 3)) { cluster in
            let first = try #require(await cluster.leader())
            cluster.members[first].stop()
            #expect(!cluster.members[first].isAlive)
            try await eventually("another leads: \(cluster.logs)") {
                await cluster.leader().map { $0 != first } ?? false
            }
            try cluster.members[first].start()
            try await self.isHealthy(cluster)
            let second = try #require(await cluster.leader())
            cluster.members[second].freeze()
            #expect(cluster.members[second].isAlive)
            try await eventually("another leads: \(cluster.logs)") {
                await cluster.leader().map { $0 != second } ?? false
            }
            cluster.members[second].thaw()
            try await self.isHealthy(cluster)
        }
    }

    @Test(
        "A snapshot is restored, under the same addresses, without what came later; what is emptied has nothing",
        arguments: [1, 3])
    func replaced(members: Int) async throws {
        try await self.with(EtcdCluster(size: members)) { cluster in
            let directory = try TemporaryDirectory()
            let snapshot = "\(directory.path)/snapshot"
            try await cluster.members[0].control("put", "a", "1")
            try await cluster.members[0].control("snapshot", "save", snapshot)
            try await cluster.members[0].control("put", "a", "2")
            cluster.stop()
            for member in cluster.members { try await member.restore(snapshot) }
            try cluster.launch()
            try await self.isHealthy(cluster)
            #expect(try await cluster.members[members - 1].control("get", "a", "--print-value-only") == "1\n")
            cluster.stop()
            for member in cluster.members { try member.empty() }
            try cluster.launch()
            try await self.isHealthy(cluster)
            #expect(try await cluster.members[0].control("get", "a", "--print-value-only") == "")
        }
    }

    @Test("The quota is used up, so that nothing is written, and freed again")
    func quota() async throws {
        try await self.with(EtcdCluster(size: 1, arguments: ["--quota-backend-bytes", "\(24 << 20)"])) { cluster in
            try await cluster.members[0].fill()
            await #expect(throws: EtcdServer.ControlFailure.self) {
                try await cluster.members[0].control("put", "a", "1")
            }
            try await cluster.members[0].makeRoom()
            try await cluster.members[0].control("put", "a", "1")
        }
    }
}
