import AsyncHTTPClient
import Foundation
import RollcallClient
import ServerTestKit
import Testing

/// Three nodes on one and on three members of etcd, to which random faults are done, and what clients see of it.
@Suite("Faults of a cluster", .serialized)
struct FaultTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// Rounds of one run; what is more goes into further runs, each with the next seed.
    private static let mostRounds: UInt64 = 20

    @Test("Through any fault the cluster keeps what it promises", arguments: [1, 3])
    func throughFaults(members: Int) async throws {
        let first = Self.number("ROLLCALL_SEED") ?? UInt64.random(in: 0...UInt64.max / 2)
        let rounds = Self.number("ROLLCALL_CLUSTER_ROUNDS") ?? UInt64(FaultPlan.kinds(members: members).count)
        for run in 0...(rounds - 1) / Self.mostRounds {
            let seed = first &+ run
            let count = min(Self.mostRounds, rounds - run * Self.mostRounds)
            print("faults: ROLLCALL_SEED=\(seed), \(count) rounds, 3 nodes, \(members) members of etcd")
            try await Self.run(FaultRun.Settings(members: members, rounds: Int(count), seed: seed))
        }
    }

    private static func run(_ settings: FaultRun.Settings) async throws {
        let cluster = try await LiveCluster(
            members: settings.members, etcdArguments: ["--quota-backend-bytes", "\(24 << 20)"],
            // So that what is asked of a store that is away is over before the client goes elsewhere.
            flags: ["--registry-timeout", "1500ms"])
        defer { cluster.stop() }
        try await cluster.start()
        try await NodeClients.with(cluster) { nodes in
            try await HTTPClient.withManyConnections { http in
                let run = FaultRun(settings, cluster, nodes, http)
                do {
                    try await run.run()
                } catch {
                    Issue.record("ROLLCALL_SEED=\(settings.seed): \(error)")
                }
                self.judge(run)
                if !run.violations.isEmpty {
                    let history = try? await run.history().map { "\($0)" }.joined(separator: "\n")
                    let path = try cluster.keepLogs(
                        "faults-\(settings.seed)-\(settings.members)",
                        notes: run.violations.joined(separator: "\n\n") + "\n\n"
                            + (history ?? "no node tells its history"))
                    print("faults: what all processes wrote is in \(path)")
                }
            }
        }
    }

    private static func judge(_ run: FaultRun) {
        let seed = run.settings.seed
        let violations = run.violations
        #expect(
            violations.isEmpty,
            "ROLLCALL_SEED=\(seed): \(violations.prefix(20).map { "\($0.prefix(2_000))" }.joined(separator: "\n"))")
        print(
            "faults: \(run.faults), calls \(run.log.counts), \(run.fleet.summary), "
                + "\(run.watchers.map(\.coverage).reduce(WatchCoverage(), +)), \(run.hashesCompared) hashes compared")
        guard violations.isEmpty else { return }
        // Enough was done, and enough was seen of it, for that to mean something.
        let rounds = run.settings.rounds
        #expect(run.log.counts.answered > 200 * rounds)
        #expect(run.fleet.counts.beats > 30 * rounds)
        #expect(run.fleet.counts.expiries > 0)
        // While so much is disturbed few silences are long enough for the bound; the last ones are.
        #expect(run.fleet.counts.silences > 0)
        #expect(run.hashesCompared >= rounds)
        let coverage = run.watchers.map(\.coverage).reduce(WatchCoverage(), +)
        #expect(coverage.live > 20 * rounds, "\(coverage)")
        #expect(coverage.resumed >= rounds, "\(coverage)")
    }
}
