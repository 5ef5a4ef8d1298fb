import BenchmarkFigures
import LoadGeneration
import Peers

/// One registration a request, durable before its answer, beside etcd's put of a value of the same size.
struct RegisterRow: BenchmarkRow {
    let id = "register"
    let title = "register, one per request, durable, 64 clients"

    private let clients = 64
    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            try await Server.withEtcd(bench.place) { etcd in try await self.compare(bench, rollcall, etcd) }
        }
    }

    /// Clients are processes of their own, so each has its connection, as rollcall's have. What etcd does for calls that
    /// share connections is measured as well, because that costs it less.
    private let sharedConnections = 4

    private func compare(_ bench: Bench, _ rollcall: Rollcall, _ etcd: Server) async throws -> Report.Row {
        let work = "closed loop, our generator, 64 clients"
        var ours = Measurement(subject: "rollcall", work: work, unit: "registrations")
        var theirs = Measurement(subject: "etcd", work: work + ", gRPC", unit: "puts")
        var shared = Measurement(
            subject: "etcd", work: work + " on \(self.sharedConnections) connections, gRPC", unit: "puts")
        var (registered, put) = (0, 0)
        for round in 0..<bench.rounds {
            let (mine, myCores) = try await rollcall.server.metered {
                try await RegistrationLoad(clients: self.clients).register(bench, rollcall, round: round)
            }
            registered += mine.accepted
            ours.rounds.append(.init(mine, serverCPU: myCores))
            for (connections, number) in [(self.clients, 2 * round), (self.sharedConnections, 2 * round + 1)] {
                let (outcome, cores) = try await etcd.metered {
                    try await RegistrationLoad(clients: self.clients).put(bench, etcd, connections, round: number)
                }
                put += outcome.accepted
                let result = Measurement.Round(outcome, serverCPU: cores)
                if connections == self.clients { theirs.rounds.append(result) } else { shared.rounds.append(result) }
            }
            bench.say(
                "  round \(round + 1): "
                    + [ours, theirs, shared].map { "\($0.subject) \(Quantity.perSecond.text($0.rounds[round].rate))/s" }
                    .joined(separator: ", "))
        }
        // Halfway to what it can do, timed from when each was due.
        let rate = (ours.rate ?? 0) / 2
        let pace = LoadPlan.Pace.open(perSecond: max(1, rate))
        let (steady, cores) = try await rollcall.server.metered {
            try await RegistrationLoad(clients: self.clients).register(bench, rollcall, round: bench.rounds, pace: pace)
        }
        registered += steady.accepted
        let open = Measurement(
            subject: "rollcall", work: "open loop, \(Quantity.perSecond.text(rate)) due a second",
            unit: "registrations",
            rounds: [.init(steady, serverCPU: cores)])
        try await rollcall.expectInstances(registered)
        let found = try await Metrics.sum("etcd_mvcc_put_total", of: Address(port: etcd.port))
        guard found >= put else { throw WrongCount(what: "etcd's puts", expected: put, found: found) }
        let target = Target("÷ etcd put", .ratio, .atLeast, floor: 2, aim: 4)
        var row = Report.Row(id: self.id, title: self.title, measurements: [ours, theirs, shared, open])
        row.judgements = [Judgement(target, ours, to: theirs)].compactMap { $0 }
        if let ratio = ours.ratio(to: shared) {
            row.notes = [
                "\(Quantity.ratio.text(ratio)) of etcd's rate when the 64 clients share "
                    + "\(self.sharedConnections) connections, as calls of one process do."
            ]
        }
        return row
    }
}
