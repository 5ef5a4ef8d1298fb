import BenchmarkFigures
import LoadGeneration
import NIOCore
import Peers

/// Discover over HTTP/1.1, beside servers that do nothing but send the same bytes.
struct DiscoverRow: BenchmarkRow {
    let id = "discover"
    let title = "discover over HTTP/1.1, 64 connections, access log and metrics on, 10 instances"

    private let path = "/v1/services/\(Fixture.service(0))"

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            _ = try await Fixture.register(10, at: rollcall.address)
            let answer = try await self.answer(rollcall)
            return try await Server.withBareServer(bench.place, answer: Array(answer.bytes.readableBytesView)) { bare in
                try await Server.withNginx(bench.place, body: answer.body, headers: self.headers) { nginx in
                    try await self.compare(bench, [rollcall.server, bare, nginx], bodyBytes: answer.body.count)
                }
            }
        }
    }

    /// What nginx would not send by itself, in ours' place and of the same length.
    private let headers = [
        (name: "Rollcall-Revision", value: "1"), (name: "Rollcall-Age", value: "0"),
        (name: "Rollcall-Registry", value: "0123456789abcdef0123456789abcdef"),
        (name: "Rollcall-Source", value: "live"), (name: "Cache-Control", value: "no-cache"),
        (name: "Vary", value: "Accept-Encoding"),
    ]

    private func answer(_ rollcall: Rollcall) async throws -> HTTPCaller.Answer {
        let caller = try await HTTPCaller(rollcall.address)
        let answer = try await caller.ask("GET", self.path)
        try await caller.close()
        let found = answer.text.split(separator: #""host":"#).count - 1
        guard found == 10 else { throw WrongCount(what: "instances discovered", expected: 10, found: found) }
        return answer
    }

    private func compare(_ bench: Bench, _ servers: [Server], bodyBytes: Int) async throws -> Report.Row {
        let subjects = servers.map { server in
            let request = RequestBytes.request("GET", self.path, host: "127.0.0.1:\(server.port)")
            return Subject(server, source: Requests.same(request))
        }
        var comparison = Comparison(bench: bench, subjects: subjects, path: self.path)
        try await comparison.run()
        let generator = try await self.ownGenerator(bench, comparison.subjects[1])
        let (ours, bare, nginx) = (
            comparison.subjects[0].closed, comparison.subjects[1].closed, comparison.subjects[2].closed
        )
        var row = Report.Row(id: self.id, title: self.title)
        row.judgements = [
            Judgement(Target("÷ bare SwiftNIO", .ratio, .atLeast, floor: 0.6, aim: 0.9), ours, to: bare),
            Judgement(Target("÷ nginx", .ratio, .atLeast, aim: 0.7), ours, to: nginx),
        ].compactMap { $0 }
        row.measurements = comparison.measurements + [generator]
        row.notes = ["The body has \(bodyBytes) bytes."]
        if let own = generator.rate, let wrk = bare.rate {
            let share = Quantity.ratio.text(own / wrk)
            row.notes.append(
                "On the bare server our own generator (one thread) reaches \(share) of wrk's rate (two threads).")
        }
        return row
    }

    /// Our own generator as fast as it goes, on the bare server.
    private func ownGenerator(_ bench: Bench, _ subject: Subject) async throws -> Measurement {
        let plan = LoadPlan(subject.address, duration: bench.duration, source: subject.source)
        let (outcome, cores) = try await subject.server.metered { try await Load.run(plan).checked() }
        return Measurement(
            subject: subject.server.name, work: "closed loop, our generator, 64 connections", unit: "requests",
            rounds: [.init(outcome, serverCPU: cores)])
    }
}
