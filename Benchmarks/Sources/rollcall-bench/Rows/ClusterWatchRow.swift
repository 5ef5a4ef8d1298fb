import BenchmarkFigures
import LoadGeneration
import Peers

/// One service, changed at one server, and watchers at another one that shares its etcd.
struct ClusterWatchRow: BenchmarkRow {
    let id = "watch-etcd"
    let title = "change on one node → 100 watchers on another"

    private let watchers = 100

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withCluster(nodes: 2) { nodes, _ in
            _ = try await Fixture.register(10, at: nodes[0].address)
            try await nodes[1].waitForInstances(10)
            let path = "/v1/watch?service=\(Fixture.service(0))"
            let paths = Array(repeating: path, count: self.watchers)
            return try await EventStreams.with(nodes[1].address, paths: paths) { streams in
                let meter = CPUMeter()
                let (changes, cores) = try await nodes[1].server.metered {
                    try await WatchedChanges.make(bench, nodes[0])
                }
                let generatorCPU = meter.cores
                let receipts = try await streams.receipts(upTo: changes.latest, within: .seconds(60))
                let delays = try changes.delays(of: receipts)
                let rate = Double(WatchedChanges.perSecond * receipts.count)
                func measurement(_ work: String, _ latency: Latency) -> Measurement {
                    Measurement(
                        subject: "rollcall, 2 nodes", work: work, unit: "events",
                        rounds: [.init(rate: rate, latency: latency, serverCPU: cores, generatorCPU: generatorCPU)])
                }
                return Report.Row(
                    id: self.id, title: self.title,
                    measurements: [
                        measurement("from the change's request, commit included", delays.sinceSent),
                        measurement("from its acknowledgement", delays.sinceAcknowledged),
                    ],
                    notes: [
                        "Request sent → event received at the other node: p50 "
                            + "\(Quantity.milliseconds.text(delays.sinceSent.p50)), p99 "
                            + "\(Quantity.milliseconds.text(delays.sinceSent.p99))."
                    ])
            }
        }
    }
}
