import Testing

/// One seed is one run.
struct ReplayTests {
    private static func run(seed: UInt64) async -> Simulation.Report {
        var settings = SimulationSettings()
        settings.commands = 1_500
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

    @Test func twoSeedsAreTwoRuns() async throws {
        try Conditions.require()
        let first = await Self.run(seed: 1)
        let second = await Self.run(seed: 2)
        #expect(first.hash != second.hash)
    }
}
