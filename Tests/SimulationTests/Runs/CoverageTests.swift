import Testing

/// The worlds meet what they were made to meet.
struct CoverageTests {
    @Test func everythingIsMetSomewhere() async throws {
        try Conditions.require()
        var missing = Set(Tally.Sight.allCases).subtracting(Tally.Sight.ofACluster)
        for seed in 201...215 as ClosedRange<UInt64> where !missing.isEmpty {
            var settings = SimulationSettings()
            settings.commands = 5_000
            let report = await Simulation(seed: seed, settings: settings).run()
            #expect(report.violations.map(\.text) == [], "seed \(seed)")
            #expect(report.foreignJobs == 0)
            missing.subtract(report.tally.counts.keys)
        }
        #expect(missing == [])
    }
}
