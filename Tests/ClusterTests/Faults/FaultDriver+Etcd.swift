import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization

extension FaultDriver {
    // MARK: Etcd with other data, and etcd without room

    /// Live nodes find another state in etcd than they know, until an operator says which is to hold.
    func replace(
        _ decision: Fault.Decision, keepingSnapshot: Bool, for duration: Duration
    ) async throws {
        let etcd = self.cluster.etcd
        let directory = try TemporaryDirectory()
        let snapshot = "\(directory.path)/snapshot.db"
        if keepingSnapshot {
            try await etcd.members[0].control("snapshot", "save", snapshot)
            // So that there is something that the snapshot does not have.
            try await Task.sleep(for: .milliseconds(1_000))
        }
        etcd.stop()
        if decision == .adopt { await self.isGivenUp(self.clock.now) }
        for member in etcd.members {
            if keepingSnapshot { try await member.restore(snapshot) } else { try member.empty() }
        }
        try etcd.launch()
        try await self.isHealthy()
        try await Task.sleep(for: duration)
        let last = Mutex("")
        try await eventually("an operator can decide: \(last.withLock { $0 })", within: LiveCluster.patience) {
            do {
                try await self.newestNode().rollcall("cluster", decision.rawValue, "--yes")
                return true
            } catch {
                last.withLock { $0 = "\(error)" }
                return false
            }
        }
        self.settle(at: try await Self.revision(of: self.newestNode()))
    }

    /// The one that has applied most: it knows all that was acknowledged.
    private func newestNode() async throws -> RollcallNode {
        var newest = (node: self.cluster.nodes[0], revision: Revision.zero)
        for node in self.cluster.nodes {
            let revision = try await Self.revision(of: node)
            if revision > newest.revision { newest = (node, revision) }
        }
        return newest.node
    }

    private static func revision(of node: RollcallNode) async throws -> Revision {
        try await withRollcallClient(.once(node)) { try await $0.cluster().value.revision }
    }

    /// Others use etcd's quota up, and make room again.
    func fill(for duration: Duration) async throws {
        let member = self.cluster.etcd.members[0]
        try await member.fill()
        try await Task.sleep(for: duration)
        try await member.makeRoom()
    }
}
