import BenchmarkFigures
import LoadGeneration
import NIOCore
import Peers

/// A million instances in ten thousand services: memory, rates, expiry and restart.
struct ScaleRow: BenchmarkRow {
    let id = "scale"
    let title = "1,000,000 instances in 10,000 services"

    static let instancesPerService = 100
    static let heartbeatItems = 1_000
    /// Of each instance, in seconds: long enough for all to be registered before the first has to beat.
    static let ttlSeconds = 90

    func run(_ bench: Bench) async throws -> Report.Row {
        var row = Report.Row(id: self.id, title: self.title)
        if bench.scale != 1_000_000 {
            row.notes.append("A trial with \(bench.scale) instances; the targets are for 1,000,000.")
        }
        let directory = try bench.place.directory("scale")
        let before = try await bench.withRollcall(directory: directory) { rollcall in
            try await self.fill(bench, rollcall, &row)
            try await self.measureRates(bench, rollcall, &row)
            try await ExpiryProbe(bench: bench, rollcall: rollcall).measure(&row)
            return try await Self.discover(rollcall)
        }
        try await self.restart(bench, directory, expecting: before, &row)
        return row
    }

    // MARK: - Memory

    private func fill(_ bench: Bench, _ rollcall: Rollcall, _ row: inout Report.Row) async throws {
        let empty = try await self.settledMemory(rollcall)
        let outcome = try await Fixture.register(
            bench.scale, at: rollcall.address, instancesPerService: Self.instancesPerService,
            ttl: "\(Self.ttlSeconds)s")
        guard outcome.seconds < Double(Self.ttlSeconds) / 2 else {
            throw TooSlow(
                description: "Registering took \(outcome.seconds) s, too long for a ttl of \(Self.ttlSeconds) s.")
        }
        let rate = Quantity.perSecond.text(Double(bench.scale) / outcome.seconds)
        bench.say("  registered, \(rate) instances/s")
        row.notes.append("Registered in batches of 1,000, \(rate) instances/s.")
        try await self.beatAll(bench, rollcall)
        try await self.fillCache(bench, rollcall)
        let full = try await self.settledMemory(rollcall)
        let each = Double(full - empty) / Double(bench.scale)
        let encoded = try await rollcall.metric("rollcall_encoded_bytes")
        row.judgements.append(
            Judgement(
                Target("memory per instance", .bytes, .atMost, floor: 1_000, aim: 500), value: each,
                ours: "\(full >> 20) MiB resident, \(empty >> 20) MiB when empty, \(encoded >> 20) MiB encoded"))
        bench.say("  \(Quantity.bytes.text(each)) per instance")
    }

    /// Every service discovered once.
    private func fillCache(_ bench: Bench, _ rollcall: Rollcall) async throws {
        let source = self.discovers(bench, rollcall)
        var plan = LoadPlan(
            rollcall.address, duration: .seconds(60), source: Requests.each(0..<source.count) { source[$0] })
        plan.warmUp = .zero
        _ = try await Load.run(plan).checked()
    }

    private func beatAll(_ bench: Bench, _ rollcall: Rollcall) async throws {
        let template = Fixture.heartbeats(
            rollcall.address, items: Self.heartbeatItems, instancesPerService: Self.instancesPerService)
        let batches = bench.scale / Self.heartbeatItems
        var plan = LoadPlan(
            rollcall.address, duration: .seconds(60), source: Requests.each(0..<batches) { template.request($0) })
        plan.warmUp = .zero
        plan.connections = 8
        plan.accepts = Fixture.renewedAll(Self.heartbeatItems)
        _ = try await Load.run(plan).checked()
    }

    /// Resident memory once it stays within one percent for some seconds.
    private func settledMemory(_ rollcall: Rollcall) async throws -> Int {
        let figures = ProcessFigures(rollcall.server.process)
        var last = figures.residentBytes ?? 0
        for _ in 0..<10 {
            try await Task.sleep(for: .seconds(2))
            let now = figures.residentBytes ?? 0
            if abs(now - last) * 100 <= now { return now }
            last = now
        }
        return last
    }

    // MARK: - Rates

    private func discovers(_ bench: Bench, _ rollcall: Rollcall) -> [ByteBuffer] {
        (0..<bench.scale / Self.instancesPerService).map { number in
            RequestBytes.request(
                "GET", "/v1/services/\(Fixture.service(number))", host: rollcall.address.description)
        }
    }

    private func measureRates(_ bench: Bench, _ rollcall: Rollcall, _ row: inout Report.Row) async throws {
        let template = Fixture.heartbeats(
            rollcall.address, items: Self.heartbeatItems, instancesPerService: Self.instancesPerService)
        let beats = (0..<bench.scale / Self.heartbeatItems).map { template.request($0) }
        var plan = LoadPlan(rollcall.address, duration: bench.duration, source: Requests.rotating(beats))
        plan.connections = 8
        plan.accepts = Fixture.renewedAll(Self.heartbeatItems)
        let (beat, beatCores) = try await rollcall.server.metered { try await Load.run(plan).checked() }
        plan = LoadPlan(
            rollcall.address, duration: bench.duration, source: Requests.rotating(self.discovers(bench, rollcall)))
        let (discover, discoverCores) = try await rollcall.server.metered { try await Load.run(plan).checked() }
        row.measurements = [
            Measurement(
                subject: "rollcall", work: "heartbeats in batches of 1,000 over all, 8 connections", unit: "heartbeats",
                rounds: [.init(beat, serverCPU: beatCores, unitsPerRequest: Self.heartbeatItems)]),
            Measurement(
                subject: "rollcall", work: "discover over all services (100 instances each), 64 connections",
                unit: "requests", rounds: [.init(discover, serverCPU: discoverCores)]),
        ]
        for measurement in row.measurements {
            bench.say("  \(measurement.work): \(Quantity.perSecond.text(measurement.rate ?? 0))/s")
        }
    }

    // MARK: - Restart

    private static let discovered = "/v1/services/\(Fixture.service(7))"

    private static func discover(_ rollcall: Rollcall) async throws -> String {
        let caller = try await HTTPCaller(rollcall.address)
        let text = try await caller.ask("GET", self.discovered).text
        try await caller.close()
        return text
    }

    private func restart(
        _ bench: Bench, _ directory: String, expecting before: String, _ row: inout Report.Row
    ) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let (ready, discovered, resident) = try await bench.withRollcall(directory: directory) { rollcall in
            try await self.becomesReady(rollcall)
            let ready = (clock.now - start).inSeconds
            let found = try await Self.discover(rollcall)
            let discovered = (clock.now - start).inSeconds
            guard found == before else {
                throw TooSlow(description: "After the restart the first discover was: \(found)")
            }
            try await rollcall.expectInstances(bench.scale)
            return (ready, discovered, ProcessFigures(rollcall.server.process).residentBytes ?? 0)
        }
        row.judgements.append(
            Judgement(
                Target("ready after a restart", .seconds, .atMost, floor: 10, aim: 3), value: ready,
                ours: "first discover right after \(Quantity.seconds.text(discovered))"))
        row.notes.append("\(resident >> 20) MiB resident right after the restart.")
        bench.say("  ready after \(Quantity.seconds.text(ready))")
    }

    private func becomesReady(_ rollcall: Rollcall) async throws {
        let caller = try await HTTPCaller(rollcall.address)
        let deadline = ContinuousClock.now + .seconds(120)
        while try await caller.call("GET", "/readyz").status != 200 {
            guard ContinuousClock.now < deadline else {
                throw TooSlow(description: "The server was not ready within two minutes of its start.")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        try await caller.close()
    }
}

/// Something took longer than the measurement allows, or came out otherwise.
struct TooSlow: Error, CustomStringConvertible {
    let description: String
}
