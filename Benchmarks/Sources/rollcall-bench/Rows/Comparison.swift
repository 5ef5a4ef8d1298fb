import BenchmarkFigures
import LoadGeneration
import Peers

/// Somebody who is sent the same requests as the others.
struct Subject {
    let server: Server
    /// What makes its requests in the open loop.
    let source: RequestSource
    var closed: Measurement
    var open: Measurement

    var address: Address { Address(port: self.server.port) }

    init(_ server: Server, source: @escaping RequestSource) {
        self.server = server
        self.source = source
        self.closed = Measurement(subject: server.name, work: "closed loop, wrk, 64 connections", unit: "requests")
        self.open = Measurement(subject: server.name, work: "", unit: "requests")
    }
}

/// The same requests to several servers in turn: first as fast as they go, then all at one steady rate.
struct Comparison {
    let bench: Bench
    /// The first is ours.
    var subjects: [Subject]
    let path: String
    var script: String?
    let connections = 64

    mutating func run() async throws {
        for round in 1...self.bench.rounds {
            for index in self.subjects.indices {
                try await self.measureThroughput(index)
                self.say(index, "round \(round)", self.subjects[index].closed)
            }
        }
        // Half of what ours can do: what everybody keeps up with, so that waiting in line does not hide what an answer takes.
        let rate = (self.subjects[0].closed.rate ?? 0) / 2
        guard rate > 0 else { return }
        for index in self.subjects.indices {
            try await self.measureLatency(index, rate: rate)
            self.say(index, "open loop", self.subjects[index].open)
        }
    }

    private mutating func measureThroughput(_ index: Int) async throws {
        let server = self.subjects[index].server
        let wrk = Wrk(seconds: self.bench.seconds, script: self.script)
        let (outcome, cores) = try await server.metered {
            try await wrk.run(port: server.port, path: self.path, place: self.bench.place)
        }
        self.subjects[index].closed.rounds.append(.init(outcome, serverCPU: cores))
    }

    private mutating func measureLatency(_ index: Int, rate: Double) async throws {
        let subject = self.subjects[index]
        var plan = LoadPlan(subject.address, duration: self.bench.duration, source: subject.source)
        plan.connections = self.connections
        plan.pace = .open(perSecond: rate)
        let (outcome, cores) = try await subject.server.metered { try await Load.run(plan).checked() }
        self.subjects[index].open.work = "open loop, \(Quantity.perSecond.text(rate)) due a second"
        self.subjects[index].open.rounds.append(.init(outcome, serverCPU: cores))
    }

    private func say(_ index: Int, _ what: String, _ measurement: Measurement) {
        guard let round = measurement.rounds.last else { return }
        let p99 = round.latency.map { Quantity.milliseconds.text($0.p99) } ?? "–"
        self.bench.say("  \(what): \(measurement.subject) \(Quantity.perSecond.text(round.rate))/s, p99 \(p99)")
    }

    var measurements: [Measurement] { self.subjects.map(\.closed) + self.subjects.map(\.open) }
}
