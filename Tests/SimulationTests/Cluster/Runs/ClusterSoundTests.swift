import Testing

/// A cluster as it is keeps its promises, whatever the seed does to it.
@Suite(.serialized)
struct ClusterSoundTests {
    @Test(arguments: Conditions.clusterSeeds)
    func aClusterKeepsItsPromises(seed: UInt64) async throws {
        try Conditions.require()
        var settings = SimulationSettings.cluster
        settings.commands = Conditions.commands
        settings.isVerbose = Conditions.isVerbose
        let report = await Simulation(seed: seed, settings: settings).run()
        print(
            "simulation: cluster seed \(seed), \(report.commands) commands, \(report.jobs) jobs, "
                + "\(report.simulatedMilliseconds / 1_000) s simulated, trace \(String(report.hash, radix: 16))")
        if Conditions.isVerbose { print("simulation: met \(report.tally.line)") }
        let isBroken = !report.violations.isEmpty
        if isBroken, Conditions.isVerbose { print(report.lines.joined(separator: "\n")) }
        for violation in report.violations.prefix(5) {
            Issue.record(
                """
                \(violation.promise.rawValue) at \(violation.time): \(violation.text)
                Replay: \(Conditions.command(seed: seed))
                """)
        }
        #expect(isBroken || report.commands >= settings.commands)
        #expect(report.foreignJobs == 0)
    }
}
