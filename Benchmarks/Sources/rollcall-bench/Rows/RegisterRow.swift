import BenchmarkFigures
import LoadGeneration
import Peers

/// One registration a request, durable before its answer, beside etcd's put of a value of the same size.
struct RegisterRow: BenchmarkRow {
    let id = "register"
    let title = "register, one per request, durable, 64 clients"

    private let clients = 64
    /// More than a round can register.
    private let numbersEachRound = 10_000_000

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            try await Server.withEtcd(bench.place) { etcd in try await self.compare(bench, rollcall, etcd) }
        }
    }

    private func compare(_ bench: Bench, _ rollcall: Rollcall, _ etcd: Server) async throws -> Report.Row {
        let work = "closed loop, our generator, 64 clients"
        var ours = Measurement(subject: "rollcall", work: work, unit: "registrations")
        var theirs = Measurement(subject: "etcd", work: work + ", gRPC", unit: "puts")
        var (registered, put) = (0, 0)
        for round in 0..<bench.rounds {
            let (mine, myCores) = try await rollcall.server.metered { try await self.register(bench, rollcall, round) }
            registered += mine.accepted
            ours.rounds.append(.init(mine, serverCPU: myCores))
            let (others, theirCores) = try await etcd.metered { try await self.put(bench, etcd, round) }
            put += others.accepted
            theirs.rounds.append(.init(others, serverCPU: theirCores))
            bench.say(
                "  round \(round + 1): rollcall \(Quantity.perSecond.text(mine.rate))/s, "
                    + "etcd \(Quantity.perSecond.text(others.rate))/s")
        }
        try await rollcall.expectInstances(registered)
        let found = try await Metrics.sum("etcd_mvcc_put_total", of: Address(port: etcd.port))
        guard found >= put else { throw WrongCount(what: "etcd's puts", expected: put, found: found) }
        let target = Target("÷ etcd put", .ratio, .atLeast, floor: 2, aim: 4)
        return Report.Row(
            id: self.id, title: self.title, judgements: [Judgement(target, ours, to: theirs)].compactMap { $0 },
            measurements: [ours, theirs])
    }

    private func register(_ bench: Bench, _ rollcall: Rollcall, _ round: Int) async throws -> LoadOutcome {
        let template = Fixture.registerOne(rollcall.address)
        let first = round * self.numbersEachRound
        var plan = LoadPlan(
            rollcall.address, duration: bench.duration,
            source: Requests.each(first..<first + self.numbersEachRound) { template.request($0) })
        plan.connections = self.clients
        plan.accepts = { status, _ in status == 201 }
        return try await Load.run(plan).checked()
    }

    private func put(_ bench: Bench, _ etcd: Server, _ round: Int) async throws -> LoadOutcome {
        let value = Array(Fixture.registration(ttl: "1h").utf8)
        let plan = EtcdPutPlan(
            Address(port: etcd.port), clients: self.clients, duration: bench.duration, value: value,
            firstNumber: round * self.numbersEachRound
        ) { number in
            "/rollcall/default/\(Fixture.service(number / 10))/\(Fixture.instance(number))"
        }
        return try await plan.run().checked()
    }
}
