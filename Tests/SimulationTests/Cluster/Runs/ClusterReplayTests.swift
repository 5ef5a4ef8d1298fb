import Testing

/// One seed is one run, also of a cluster; and clusters meet what they were made to meet.
@Suite(.serialized)
struct ClusterReplayTests {
    private static func run(seed: UInt64, commands: Int = 1_000) async -> Simulation.Report {
        var settings = SimulationSettings.cluster
        settings.commands = commands
        return await Simulation(seed: seed, settings: settings).run()
    }

    @Test func twoRunsOfOneSeedAreTheSame() async throws {
        try Conditions.require()
        let first = await Self.run(seed: 4_711)
        let second = await Self.run(seed: 4_711)
        #expect(first.hash == second.hash)
        #expect(first.jobs == second.jobs)
        #expect(first.simulatedMilliseconds == second.simulatedMilliseconds)
    }

    @Test func everythingIsMetSomewhere() async throws {
        try Conditions.require()
        var missing = Set(Tally.Sight.ofACluster)
        missing.formUnion([
            .crash, .standstill, .failedCommit, .conflict, .outageNoticed, .expired, .recovered, .purged, .stale,
            .storeUnavailable, .protected, .overridden, .superseded, .gap, .resumed, .severalServicesInOneCommit,
        ])
        for seed in 401...415 as ClosedRange<UInt64> where !missing.isEmpty {
            let report = await Self.run(seed: seed, commands: 3_000)
            #expect(report.violations.map(\.text) == [], "seed \(seed)")
            missing.subtract(report.tally.counts.keys)
        }
        #expect(missing == [])
    }
}
