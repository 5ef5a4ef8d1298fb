import BenchmarkFigures
import LoadGeneration
import Peers

/// One service, 1,000 watchers on connections of their own, and changes one after another.
struct WatchersRow: BenchmarkRow {
    let id = "watchers"
    let title = "change → 1,000 watchers"

    private let watchers = 1_000

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            _ = try await Fixture.register(10, at: rollcall.address)
            let path = "/v1/watch?service=\(Fixture.service(0))"
            let paths = Array(repeating: path, count: self.watchers)
            return try await EventStreams.with(rollcall.address, paths: paths) { streams in
                let meter = CPUMeter()
                let (changes, cores) = try await rollcall.server.metered {
                    try await WatchedChanges.make(bench, rollcall)
                }
                let generatorCPU = meter.cores
                let receipts = try await streams.receipts(upTo: changes.latest, within: .seconds(60))
                return try self.row(changes, receipts, serverCPU: cores, generatorCPU: generatorCPU)
            }
        }
    }

    private func row(
        _ changes: WatchedChanges, _ receipts: [[EventReceipt]], serverCPU: Double, generatorCPU: Double
    ) throws -> Report.Row {
        let (whole, after) = try changes.delays(of: receipts)
        let rate = Double(WatchedChanges.perSecond * receipts.count)
        func measurement(_ work: String, _ latency: Latency) -> Measurement {
            Measurement(
                subject: "rollcall", work: work, unit: "events",
                rounds: [.init(rate: rate, latency: latency, serverCPU: serverCPU, generatorCPU: generatorCPU)])
        }
        let target = Target("request sent → event received, p99", .milliseconds, .atMost, floor: 20, aim: 5)
        return Report.Row(
            id: self.id, title: self.title,
            judgements: [Judgement(target, value: whole.p99, ours: "p50 \(Quantity.milliseconds.text(whole.p50))")],
            measurements: [
                measurement("from the change's request, commit included", whole),
                measurement("from its acknowledgement", after),
            ],
            notes: ["\(changes.count) changes, ten a second; each of \(receipts.count) watchers received each."])
    }
}
