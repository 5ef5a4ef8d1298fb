import BenchmarkFigures
import FoundationEssentials
import Histogram
import LoadGeneration
import Peers

/// Lets some of all instances fall silent while the others go on, and finds out when each was marked DOWN.
struct ExpiryProbe {
    let bench: Bench
    let rollcall: Rollcall

    /// One of this many falls silent: 20,000 of a million, two of each service.
    private static let silentEvery = 50
    private static let silentItems = 500
    /// Between two batches of last heartbeats, so that expiries come one after another as they do in life.
    private static let silentInterval = Duration.milliseconds(250)
    /// Services that are watched, to see a DOWN when an observer does.
    private static let watchedServices = 1_000

    /// The last renewal of an instance.
    private struct LastBeat {
        /// On the wall clock, as the history has it; before the server can have renewed.
        let sent: Date
        /// On the wall clock, after it has.
        let acknowledged: Date
        let acknowledgedAt: UInt64
    }

    private var ttl: Double { Double(ScaleRow.ttlSeconds) }

    func measure(_ row: inout Report.Row) async throws {
        let watched = min(Self.watchedServices, self.bench.scale / ScaleRow.instancesPerService)
        let paths = (0..<watched).map { "/v1/watch?service=\(Fixture.service($0))" }
        let (last, receipts) = try await EventStreams.with(self.rollcall.address, paths: paths) { streams in
            try await self.beatOthers()
            let last = try await self.beatSilentOnes()
            let end = ContinuousClock.now + .seconds(ScaleRow.ttlSeconds + 10)
            while ContinuousClock.now < end { try await self.beatOthers() }
            return (last, try await streams.receipts())
        }
        let records = try await self.expiries()
        let early = records.count { record in
            last[record.instance].map { record.time.timeIntervalSince($0.sent) < self.ttl } ?? true
        }
        row.judgements.append(
            Judgement(
                Target("early expiries", .count, .atMost, floor: 0), value: Double(early),
                ours: "\(records.count) expiries, \(last.count) fell silent"))
        guard records.count - early == last.count else {
            throw WrongCount(what: "expiries of silent instances", expected: last.count, found: records.count - early)
        }
        try self.judge(records, last, receipts, &row)
    }

    private func judge(
        _ records: [HistoryPage.Record], _ last: [String: LastBeat], _ receipts: [[EventReceipt]],
        _ row: inout Report.Row
    ) throws {
        var committed = LoadOutcome.emptyHistogram
        var seen = LoadOutcome.emptyHistogram
        let received = receipts.map { Dictionary($0.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first }) }
        for record in records {
            guard let beat = last[record.instance], let number = Int(record.instance.dropFirst(2)) else { continue }
            let late = record.time.timeIntervalSince(beat.acknowledged) - self.ttl
            // The server renewed a little before its answer came, so this can be a little below 0.
            committed.record(UInt64(max(0, late) * 1e9))
            let service = number / ScaleRow.instancesPerService
            guard service < received.count else { continue }
            guard let time = received[service][record.revision] else {
                throw WrongCount(what: "events of \(record.instance)", expected: 1, found: 0)
            }
            let deadline = beat.acknowledgedAt + UInt64(ScaleRow.ttlSeconds) * 1_000_000_000
            seen.record(time > deadline ? time - deadline : 0)
        }
        guard let byWatch = Latency(seen), let byHistory = Latency(committed) else { return }
        let text = Quantity.milliseconds.text
        row.judgements.append(
            Judgement(
                Target("lateness of expiry seen by a watch, p99", .milliseconds, .atMost, floor: 500, aim: 100),
                value: byWatch.p99, ours: "p50 \(text(byWatch.p50)), max \(text(byWatch.max))"))
        row.notes.append(
            "Lateness by a watch: \(seen.totalCount) expiries in \(received.count) services; by the time in the history: all "
                + "\(committed.totalCount), p50 \(text(byHistory.p50)), p99 \(text(byHistory.p99)), max \(text(byHistory.max))."
        )
        self.bench.say("  lateness p99 \(text(byWatch.p99))")
    }

    // MARK: - Heartbeats

    /// Numbers of the instances that fall silent, or of the others.
    private func numbers(silent: Bool) -> [Int] {
        (0..<self.bench.scale).filter { ($0 % Self.silentEvery == 7) == silent }
    }

    /// Every other instance once, evenly over a sixth of the ttl.
    private func beatOthers() async throws {
        let numbers = self.numbers(silent: false)
        let items = ScaleRow.heartbeatItems * (Self.silentEvery - 1) / Self.silentEvery
        let template = Fixture.heartbeats(
            self.rollcall.address, items: items, instancesPerService: ScaleRow.instancesPerService)
        let batches = numbers.count / items
        let seconds = self.ttl / 6
        var plan = LoadPlan(
            self.rollcall.address, duration: .seconds(seconds + 1),
            source: Requests.each(0..<batches) { batch in template.request { numbers[batch * items + $0] } })
        plan.warmUp = .zero
        plan.connections = 8
        plan.pace = .open(perSecond: Double(batches) / seconds)
        plan.accepts = Fixture.renewedAll(items)
        let outcome = try await Load.run(plan).checked()
        guard outcome.accepted == batches else {
            throw WrongCount(what: "batches of heartbeats", expected: batches, found: outcome.accepted)
        }
    }

    /// The last heartbeats of those that fall silent, a batch at a time.
    private func beatSilentOnes() async throws -> [String: LastBeat] {
        let numbers = self.numbers(silent: true)
        let caller = try await HTTPCaller(self.rollcall.address)
        var last: [String: LastBeat] = [:]
        for start in stride(from: 0, to: numbers.count, by: Self.silentItems) {
            let batch = numbers[start..<min(start + Self.silentItems, numbers.count)]
            let items = batch.map { number in
                #"{"service":"\#(Fixture.service(number / ScaleRow.instancesPerService))","#
                    + #""instance":"\#(Fixture.instance(number))"}"#
            }
            let sent = Date()
            let answer = try await caller.ask(
                "POST", "/v1/heartbeats", body: #"{"instances":[\#(items.joined(separator: ","))]}"#)
            guard answer.text.hasPrefix(#"{"renewed":\#(batch.count),"#) else {
                throw WrongCount(what: "renewals", expected: batch.count, found: 0)
            }
            let beat = LastBeat(sent: sent, acknowledged: Date(), acknowledgedAt: answer.receivedAt)
            for number in batch { last[Fixture.instance(number)] = beat }
            try await Task.sleep(for: Self.silentInterval)
        }
        try await caller.close()
        return last
    }

    // MARK: - History

    private struct HistoryPage: Decodable {
        struct Record: Decodable {
            let revision: Int64
            let instance: String
            let time: Date
        }
        let records: [Record]
        let next_cursor: String?
    }

    /// Every expiry since the start.
    private func expiries() async throws -> [HistoryPage.Record] {
        let caller = try await HTTPCaller(self.rollcall.address)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        var records: [HistoryPage.Record] = []
        var cursor: String?
        repeat {
            let path = "/v1/history?cause=expire&order=asc&limit=1000" + (cursor.map { "&cursor=\($0)" } ?? "")
            let answer = try await caller.ask("GET", path)
            let page = try decoder.decode(HistoryPage.self, from: Data(answer.body))
            records += page.records
            cursor = page.next_cursor
        } while cursor != nil
        try await caller.close()
        return records
    }
}
