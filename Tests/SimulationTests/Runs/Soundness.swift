import Testing

/// A world in which nothing is planted, run for as long as is asked for.
enum Soundness {
    /// Records every promise that it breaks, with what runs the same world again.
    static func expect(_ name: String, _ world: SimulationSettings, seed: UInt64) async throws {
        try Conditions.require()
        var settings = world
        settings.commands = Conditions.commands
        settings.isVerbose = Conditions.isVerbose
        let report = await Simulation(seed: seed, settings: settings).run()
        print(
            "simulation: \(name) \(seed), \(report.commands) commands, \(report.jobs) jobs, "
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
