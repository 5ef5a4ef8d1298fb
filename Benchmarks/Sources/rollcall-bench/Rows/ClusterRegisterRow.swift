import BenchmarkFigures
import LoadGeneration
import Peers

/// One registration a request, through a server whose store is etcd, beside etcd's own put of a value of the same size.
struct ClusterRegisterRow: BenchmarkRow {
    let id = "register-etcd"
    let title = "register through etcd, one per request, 64 clients"

    private let clients = 64

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withCluster(nodes: 1) { nodes, _ in
            // An etcd of its own: what the other one has to keep must not slow it down.
            try await Server.withEtcd(bench.place) { etcd in try await self.compare(bench, nodes[0], etcd) }
        }
    }

    private func compare(_ bench: Bench, _ rollcall: Rollcall, _ etcd: Server) async throws -> Report.Row {
        let work = "closed loop, our generator, 64 clients"
        var ours = Measurement(subject: "rollcall through etcd", work: work, unit: "registrations")
        var theirs = Measurement(subject: "etcd", work: work + ", gRPC", unit: "puts")
        let load = RegistrationLoad(clients: self.clients)
        var registered = 0
        for round in 0..<bench.rounds {
            let (mine, myCores) = try await rollcall.server.metered {
                try await load.register(bench, rollcall, round: round)
            }
            registered += mine.accepted
            ours.rounds.append(.init(mine, serverCPU: myCores))
            let (outcome, cores) = try await etcd.metered {
                try await load.put(bench, etcd, self.clients, round: round)
            }
            theirs.rounds.append(.init(outcome, serverCPU: cores))
            bench.say(
                "  round \(round + 1): "
                    + [ours, theirs].map { "\($0.subject) \(Quantity.perSecond.text($0.rounds[round].rate))/s" }
                    .joined(separator: ", "))
        }
        try await rollcall.expectInstances(registered)
        let target = Target("÷ etcd put", .ratio, .atLeast, floor: 0.7, aim: 3)
        return Report.Row(
            id: self.id, title: self.title, judgements: [Judgement(target, ours, to: theirs)].compactMap { $0 },
            measurements: [ours, theirs])
    }
}
