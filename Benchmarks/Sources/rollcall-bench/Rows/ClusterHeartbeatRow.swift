import BenchmarkFigures
import LoadGeneration
import Peers

/// Heartbeats in batches of 1,000 at each of three servers that share an etcd, each answered when it is in etcd.
struct ClusterHeartbeatRow: BenchmarkRow {
    let id = "heartbeat-etcd"
    let title = "heartbeats through etcd in batches of 1,000, 3 nodes, 16 connections each, 100,000 instances"

    private let items = 1_000
    private let instances = 100_000
    private let connections = 16

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withCluster(nodes: 3) { nodes, etcd in
            _ = try await Fixture.register(self.instances, at: nodes[0].address)
            for node in nodes { try await node.waitForInstances(self.instances) }
            var ours = Measurement(
                subject: "rollcall, 3 nodes", work: "closed loop, our generator, 48 connections", unit: "heartbeats")
            let before = try await Metrics.sum("etcd_mvcc_put_total", of: Address(port: etcd.port))
            for round in 1...bench.rounds {
                ours.rounds.append(try await self.beat(bench, nodes))
                bench.say("  round \(round): \(Quantity.perSecond.text(ours.rounds.last?.rate ?? 0)) heartbeats/s")
            }
            let puts = try await Metrics.sum("etcd_mvcc_put_total", of: Address(port: etcd.port)) - before
            let rate = ours.rate ?? 0
            return Report.Row(
                id: self.id, title: self.title, measurements: [ours],
                notes: [
                    "\(Quantity.perSecond.text(rate)) heartbeats a second were "
                        + "\(puts / (bench.seconds * bench.rounds)) writes a second in etcd."
                ])
        }
    }

    /// All nodes at once.
    private func beat(_ bench: Bench, _ nodes: [Rollcall]) async throws -> Measurement.Round {
        try await withThrowingTaskGroup(of: (LoadOutcome, Double).self) { group in
            for node in nodes {
                group.addTask {
                    let template = Fixture.heartbeats(node.address, items: self.items)
                    let requests = (0..<self.instances / self.items).map { template.request($0) }
                    var plan = LoadPlan(node.address, duration: bench.duration, source: Requests.rotating(requests))
                    plan.connections = self.connections
                    plan.accepts = Fixture.renewedAll(self.items)
                    return try await node.server.metered { try await Load.run(plan).checked() }
                }
            }
            var rounds: [Measurement.Round] = []
            for try await (outcome, cores) in group {
                rounds.append(.init(outcome, serverCPU: cores, unitsPerRequest: self.items))
            }
            return Measurement.Round(
                rate: rounds.reduce(0) { $0 + $1.rate }, latency: rounds.compactMap(\.latency).median,
                serverCPU: rounds.reduce(0) { $0 + ($1.serverCPU ?? 0) },
                generatorCPU: rounds.compactMap(\.generatorCPU).max())
        }
    }
}
