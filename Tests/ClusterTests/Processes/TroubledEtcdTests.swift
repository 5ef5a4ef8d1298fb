import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// What nodes do and say while their etcd is full, or hangs.
@Suite("Nodes beside an etcd in trouble", .serialized)
struct TroubledEtcdTests {
    private static let key = InstanceKey(service: ServiceKey(name: "payments"), id: "a")

    private func with(_ cluster: LiveCluster, _ body: (LiveCluster) async throws -> Void) async throws {
        defer { cluster.stop() }
        try await cluster.start()
        for node in cluster.nodes {
            try await eventually("all are members at \(node.name)", within: LiveCluster.patience) {
                try await Self.members(at: node).count == cluster.nodes.count
            }
        }
        try await body(cluster)
    }

    private static func members(at node: RollcallNode) async throws -> [String: Int64?] {
        let answer = try await withRollcallClient(.once(node, within: .seconds(8))) { try await $0.cluster() }
        return Dictionary(answer.value.members.map { ($0.id, $0.epoch) }) { $1 }
    }

    private static func health(at node: RollcallNode) async throws -> HealthDocument {
        try await withRollcallClient(.once(node)) { try await $0.health(of: Self.key) }.value
    }

    /// The code of the problem with which a heartbeat is refused; nil: it is taken.
    private static func beat(at node: RollcallNode) async throws -> String? {
        do {
            let answer = try await withRollcallClient(.once(node, within: .seconds(8))) {
                try await $0.heartbeat([InstanceReference(key: Self.key)])
            }
            #expect(answer.value.unknown.isEmpty)
            return nil
        } catch let error as RollcallClientError {
            return error.problem?.code ?? "\(error.code)"
        }
    }

    /// As an instance does that is sound, whatever the answer, until the task is cancelled.
    private static func keepBeating(at node: RollcallNode) async throws {
        while !Task.isCancelled {
            _ = try await Self.beat(at: node)
            try? await Task.sleep(for: .milliseconds(300))
        }
    }

    @Test("A full etcd costs no node its membership and no instance its place, and refuses heartbeats as what it is")
    func full() async throws {
        let cluster = try await LiveCluster(
            nodes: 2, members: 1, etcdArguments: ["--quota-backend-bytes", "\(24 << 20)"])
        try await self.with(cluster) { cluster in
            let first = cluster.nodes[0]
            _ = try await withRollcallClient(.once(first)) {
                try await $0.register(
                    Registration(
                        service: Self.key.service, instanceID: Self.key.id,
                        spec: InstanceSpec(host: "127.0.0.1", port: 1, ttl: .after(.seconds(6)))))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.keepBeating(at: first) }
                let before = try await Self.members(at: first)
                let health = try await Self.health(at: first)
                try await cluster.etcd.members[0].fill()
                for node in cluster.nodes {
                    try await eventually("\(node.name) says that the store is full") {
                        try await Self.beat(at: node) == "store_full"
                    }
                }
                // Longer than the lease of a member, and than the instance's ttl.
                try await Task.sleep(for: .seconds(15))
                for node in cluster.nodes {
                    #expect(try await Self.beat(at: node) == "store_full")
                    #expect(try await Self.members(at: node) == before, "\(node.log.suffix(2_000))")
                }
                try await cluster.etcd.members[0].makeRoom()
                for node in cluster.nodes {
                    try await eventually("\(node.name) takes heartbeats again") { try await Self.beat(at: node) == nil }
                    #expect(try await Self.members(at: node) == before)
                    let now = try await Self.health(at: node)
                    #expect(now.state == .up)
                    #expect(now.since == health.since, "it has never been anything else")
                }
                group.cancelAll()
            }
        }
    }

    /// The command waits ten seconds for an answer.
    @Test("While etcd hangs, a node still says how the cluster is, and that etcd does not answer")
    func frozen() async throws {
        try await self.with(LiveCluster(nodes: 1, members: 1)) { cluster in
            cluster.etcd.members[0].freeze()
            let told = try cluster.nodes[0].rollcall("cluster")
            #expect(told.contains("The store does not answer at"))
            cluster.etcd.members[0].thaw()
        }
    }
}
