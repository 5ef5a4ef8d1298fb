import Testing

/// An etcd that was restored from a backup is not believed before an operator says so, and then by all.
@Suite(.serialized)
struct PutBackTests {
    private static let seeds: [UInt64] = Array(501...503)

    private static func run(seed: UInt64, _ fault: ClusterFault? = nil) async -> Simulation.Report {
        var settings = SimulationSettings.cluster
        settings.commands = 1_500
        settings.isPutBack = true
        settings.clusterFault = fault
        return await Simulation(seed: seed, settings: settings).run()
    }

    @Test(arguments: Self.seeds)
    func nothingBecomesLessByItself(seed: UInt64) async throws {
        try Conditions.require()
        let report = await Self.run(seed: seed)
        #expect(report.violations.map(\.text) == [])
        #expect(report.foreignJobs == 0)
    }

    @Test func whoServesLessIsCaught() async throws {
        try Conditions.require()
        let report = await Self.run(seed: Self.seeds[0], .hidesThatEtcdWentBack)
        let found = try #require(
            report.violations.first { ClusterFault.hidesThatEtcdWentBack.isShown(by: $0) })
        print("planted: hidesThatEtcdWentBack caught by \(found.promise.rawValue): \(found.text)")
    }
}
