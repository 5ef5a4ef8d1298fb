import BenchmarkFigures
import Histogram
import LoadGeneration
import Peers

/// One service, 1,000 watchers on connections of their own, and changes one after another.
struct WatchersRow: BenchmarkRow {
    let id = "watchers"
    let title = "change → 1,000 watchers"

    private let watchers = 1_000
    private let changesPerSecond = 10

    /// A change, with the times of its request and its acknowledgement.
    private struct Change {
        let revision: Int64
        let sentAt: UInt64
        let acknowledgedAt: UInt64
    }

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            _ = try await Fixture.register(10, at: rollcall.address)
            let path = "/v1/watch?service=\(Fixture.service(0))"
            let paths = Array(repeating: path, count: self.watchers)
            return try await EventStreams.with(rollcall.address, paths: paths) { streams in
                let meter = CPUMeter()
                let (changes, cores) = try await rollcall.server.metered { try await self.change(bench, rollcall) }
                let generatorCPU = meter.cores
                let receipts = try await streams.receipts(upTo: changes.last?.revision ?? 0, within: .seconds(60))
                return try self.row(changes, receipts, serverCPU: cores, generatorCPU: generatorCPU)
            }
        }
    }

    /// Gives one instance another weight, again and again.
    private func change(_ bench: Bench, _ rollcall: Rollcall) async throws -> [Change] {
        let caller = try await HTTPCaller(rollcall.address)
        let path = "/v1/services/\(Fixture.service(0))/instances/\(Fixture.instance(0))"
        var changes: [Change] = []
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<bench.seconds * bench.rounds * self.changesPerSecond {
            try await clock.sleep(until: start + .milliseconds(number * 1_000 / self.changesPerSecond))
            let answer = try await caller.ask("PATCH", path, body: #"{"weight":\#(number % 1_000 + 1)}"#)
            let revision = answer.text.split(separator: #""revision":"#).last?.prefix { $0.isNumber }
            guard let revision = revision.flatMap({ Int64($0) }) else {
                throw HTTPCaller.Refused("No revision in \(answer.text)")
            }
            changes.append(Change(revision: revision, sentAt: answer.sentAt, acknowledgedAt: answer.receivedAt))
        }
        try await caller.close()
        return changes
    }

    private func row(
        _ changes: [Change], _ receipts: [[EventReceipt]], serverCPU: Double, generatorCPU: Double
    ) throws -> Report.Row {
        var sinceSent = LoadOutcome.emptyHistogram
        var sinceAcknowledged = LoadOutcome.emptyHistogram
        var expected = 0
        for stream in receipts {
            let times = Dictionary(stream.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
            for change in changes {
                guard let time = times[change.revision] else { continue }
                expected += 1
                sinceSent.record(time - change.sentAt)
                // Watchers may hear of it before who made it does.
                sinceAcknowledged.record(time > change.acknowledgedAt ? time - change.acknowledgedAt : 0)
            }
        }
        // Each watcher keeps up with ten changes a second, so each sees each.
        guard expected == changes.count * receipts.count else {
            throw WrongCount(what: "events", expected: changes.count * receipts.count, found: expected)
        }
        guard let whole = Latency(sinceSent), let after = Latency(sinceAcknowledged) else {
            throw WrongCount(what: "events", expected: 1, found: 0)
        }
        let rate = Double(self.changesPerSecond * receipts.count)
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
