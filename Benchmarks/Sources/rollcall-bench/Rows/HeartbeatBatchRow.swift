import BenchmarkFigures
import LoadGeneration
import Peers

/// Heartbeats in batches of 1,000.
struct HeartbeatBatchRow: BenchmarkRow {
    let id = "heartbeat-batch"
    let title = "heartbeats in batches of 1,000, 8 connections, 100,000 instances"

    private let items = 1_000
    private let instances = 100_000
    private let connections = 8

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            _ = try await Fixture.register(self.instances, at: rollcall.address)
            let template = Fixture.heartbeats(rollcall.address, items: self.items)
            let requests = (0..<self.instances / self.items).map { template.request($0) }
            var ours = Measurement(
                subject: "rollcall", work: "closed loop, our generator, 8 connections", unit: "heartbeats")
            for round in 1...bench.rounds {
                var plan = LoadPlan(rollcall.address, duration: bench.duration, source: Requests.rotating(requests))
                plan.connections = self.connections
                plan.accepts = Fixture.renewedAll(self.items)
                let (outcome, cores) = try await rollcall.server.metered { try await Load.run(plan).checked() }
                ours.rounds.append(.init(outcome, serverCPU: cores, unitsPerRequest: self.items))
                bench.say("  round \(round): \(Quantity.perSecond.text(ours.rounds.last?.rate ?? 0)) heartbeats/s")
            }
            let target = Target("heartbeats a second", .perSecond, .atLeast, floor: 1_000_000, aim: 3_000_000)
            let rate = ours.rate ?? 0
            return Report.Row(
                id: self.id, title: self.title,
                judgements: [Judgement(target, value: rate, ours: "\(Quantity.perSecond.text(rate)) heartbeats/s")],
                measurements: [ours])
        }
    }
}
