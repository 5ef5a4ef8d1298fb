import BenchmarkFigures
import LoadGeneration
import Peers

/// Clients that register one instance a request, and clients that put as much into etcd.
struct RegistrationLoad {
    let clients: Int

    /// More than a round can register.
    private static let numbersEachRound = 10_000_000

    func register(
        _ bench: Bench, _ rollcall: Rollcall, round: Int, pace: LoadPlan.Pace = .closed
    ) async throws -> LoadOutcome {
        let template = Fixture.registerOne(rollcall.address)
        let first = round * Self.numbersEachRound
        var plan = LoadPlan(
            rollcall.address, duration: bench.duration,
            source: Requests.each(first..<first + Self.numbersEachRound) { template.request($0) })
        plan.connections = self.clients
        plan.pace = pace
        plan.accepts = { status, _ in status == 201 }
        return try await Load.run(plan).checked()
    }

    func put(_ bench: Bench, _ etcd: Server, _ connections: Int, round: Int) async throws -> LoadOutcome {
        let value = Array(Fixture.registration(ttl: "1h").utf8)
        let plan = EtcdPutPlan(
            Address(port: etcd.port), clients: self.clients, connections: connections, duration: bench.duration,
            value: value, firstNumber: round * Self.numbersEachRound
        ) { number in
            "/rollcall/default/\(Fixture.service(number / 10))/\(Fixture.instance(number))"
        }
        return try await plan.run().checked()
    }
}
