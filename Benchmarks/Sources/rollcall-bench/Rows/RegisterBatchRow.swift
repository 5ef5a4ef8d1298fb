import BenchmarkFigures
import LoadGeneration
import Peers

/// Registrations in batches of 100, durable before their answers, of instances that were never there.
struct RegisterBatchRow: BenchmarkRow {
    let id = "register-batch"
    let title = "register in batches of 100, durable, 16 connections"

    private let items = 100
    private let connections = 16
    private let batchesEachRound = 100_000

    func run(_ bench: Bench) async throws -> Report.Row {
        var ours = Measurement(
            subject: "rollcall", work: "closed loop, our generator, 16 connections", unit: "instances")
        // Each round finds the same: nothing registered yet.
        for round in 1...bench.rounds {
            try await bench.withRollcall { rollcall in
                let (outcome, cores) = try await rollcall.server.metered { try await self.register(bench, rollcall) }
                try await rollcall.expectInstances(outcome.accepted * self.items)
                ours.rounds.append(.init(outcome, serverCPU: cores, unitsPerRequest: self.items))
            }
            bench.say("  round \(round): \(Quantity.perSecond.text(ours.rounds.last?.rate ?? 0)) instances/s")
        }
        let target = Target("instances a second", .perSecond, .atLeast, floor: 100_000, aim: 250_000)
        let rate = ours.rate ?? 0
        return Report.Row(
            id: self.id, title: self.title,
            judgements: [Judgement(target, value: rate, ours: "\(Quantity.perSecond.text(rate)) instances/s")],
            measurements: [ours])
    }

    private func register(_ bench: Bench, _ rollcall: Rollcall) async throws -> LoadOutcome {
        let template = Fixture.registerMany(rollcall.address, items: self.items)
        var plan = LoadPlan(
            rollcall.address, duration: bench.duration,
            source: Requests.each(0..<self.batchesEachRound) { template.request($0) })
        plan.connections = self.connections
        return try await Load.run(plan).checked()
    }
}
