import Testing

/// A checker that does not catch the fault that was planted for it is not good enough.
@Suite(.serialized)
struct ClusterFaultTests {
    /// Commands by which a fault has to be found, in each of several worlds.
    private static let commands = 4_000
    private static let seeds: [UInt64] = Array(301...305)
    /// Those in which a fault is looked for until it shows: some need more of the same to come together.
    private static let moreSeeds: [UInt64] = Array(301...320)

    /// What is about an etcd that was put back has worlds of its own: ``PutBackTests``.
    private static let faults = ClusterFault.allCases.filter { $0 != .hidesThatEtcdWentBack }

    @Test(arguments: Self.faults)
    func itsCheckerCatchesIt(fault: ClusterFault) async throws {
        try Conditions.require()
        var settings = SimulationSettings.cluster
        settings.commands = Self.commands
        settings.clusterFault = fault
        settings.hasManyGaps = fault == .ignoresGaps
        settings.isFlapping = fault == .freshTTLAtEachMember
        for seed in Self.moreSeeds {
            let report = await Simulation(seed: seed, settings: settings).run()
            #expect(report.foreignJobs == 0)
            guard let found = report.violations.first(where: { fault.isShown(by: $0) }) else { continue }
            let others = Set(report.violations.map(\.promise)).subtracting([fault.promise])
            let named = others.isEmpty ? "" : "; also " + others.map(\.rawValue).sorted().joined(separator: ", ")
            print(
                "planted: \(fault.rawValue) caught by \(fault.promise.rawValue) in seed \(seed)\(named): \(found.text)")
            // And because of the fault.
            settings.clusterFault = nil
            #expect(await Simulation(seed: seed, settings: settings).run().violations.map(\.text) == [])
            return
        }
        Issue.record("no world of \(Self.moreSeeds) shows that \(fault.rawValue) breaks \(fault.promise.rawValue)")
    }

    /// What is caught in these worlds is caught because of the fault.
    @Test(arguments: Self.seeds, ["", "gaps", "flapping"])
    func withoutAFaultNothingIsFound(seed: UInt64, trouble: String) async throws {
        try Conditions.require()
        var settings = SimulationSettings.cluster
        settings.commands = Self.commands
        settings.hasManyGaps = trouble == "gaps"
        settings.isFlapping = trouble == "flapping"
        let report = await Simulation(seed: seed, settings: settings).run()
        #expect(report.violations.map(\.text) == [])
        #expect(report.foreignJobs == 0)
        #expect(report.commands >= Self.commands)
    }
}
