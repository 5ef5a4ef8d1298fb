import RegistryCatalog
import RegistryHealth
import RegistryModel
import RegistryTestKit
import Testing

@testable import RollcallServer

@Suite("Probes from the catalogue to the commit", .timeLimit(.minutes(5)))
struct ProbeServiceTests {
    @Test func anInstanceIsFoundUpDownAndUpAgain() async throws {
        try await withProbedCatalog { probed in
            try await probed.register()
            #expect(probed.health()?.state == .unknown)
            let start = probed.clock.monotonicMilliseconds
            try await probed.turn { probed.health()?.state == .up }
            #expect(probed.clock.monotonicMilliseconds - start <= 1_000, "registering is fast")

            probed.targets[1] = .refuses
            try await probed.turn { probed.health()?.state == .down }
            #expect(probed.health()?.error == "Check web fails: connection refused")
            #expect(probed.health()?.cause == .probe)
            let reports = probed.service.checks(of: probed.instance()?.number ?? 0)
            let report = try #require(reports.first)
            #expect(report.status == .down)
            #expect(report.failures >= 3)
            #expect(report.detail == "connection refused")

            probed.targets[1] = .passes
            try await probed.turn { probed.health()?.state == .up }
            let records = try await probed.history()
            #expect(records.map(\.cause) == [.register, .probe, .probe, .probe])
            #expect(records.map(\.actor).dropFirst().allSatisfy { $0 == Change.registryActor })
            #expect(records.dropFirst().map(\.health) == [.up, .down, .up])
            #expect(records[2].detail == "check web failed: connection refused")
        }
    }

    @Test func whatWasUpBeforeARestartStaysUpUntilFailuresSayOtherwise() async throws {
        let store = InMemoryStore()
        try await withProbedCatalog(store: store) { probed in
            try await probed.register(1)
            try await probed.register(2)
            try await probed.turn { probed.health(1)?.state == .up && probed.health(2)?.state == .up }
        }
        let reopened = store.reopened()
        let groups = reopened.groups.count
        try await withProbedCatalog(store: reopened) { probed in
            probed.targets[2] = .refuses
            #expect(probed.health(1)?.state == .up)
            #expect(probed.health(2)?.state == .up)
            try await probed.turn { probed.health(2)?.state == .down }
            #expect(probed.targets.asked(2) >= 3)
            try await probed.turn { probed.targets.asked(1) >= 3 }
            #expect(probed.health(1)?.state == .up)
            #expect(reopened.groups.count == groups + 1, "what stays as it was is not committed")
        }
    }

    @Test func whatFailsWhileTheStoreIsAwayIsCommittedWhenItIsBack() async throws {
        try await withProbedCatalog { probed in
            try await probed.register()
            try await probed.turn { probed.health()?.state == .up }
            probed.store.outage = StoreError(.unavailable, "the disk is gone")
            probed.targets[1] = .refuses
            let asked = probed.targets.asked(1)
            try await probed.turn { probed.targets.asked(1) >= asked + 6 }
            #expect(probed.health()?.state == .up)
            probed.store.outage = nil
            try await probed.turn { probed.health()?.state == .down }
        }
    }

    @Test func whatPassedAgainMeanwhileIsNotCommitted() async throws {
        try await withProbedCatalog { probed in
            try await probed.register()
            try await probed.turn { probed.health()?.state == .up }
            probed.store.outage = StoreError(.unavailable, "the disk is gone")
            probed.targets[1] = .refuses
            let number = probed.instance()?.number ?? 0
            try await probed.turn { probed.service.checks(of: number).first?.status == .down }
            probed.targets[1] = .passes
            try await probed.turn { probed.service.checks(of: number).first?.status == .up }
            probed.store.outage = nil
            let asked = probed.targets.asked(1)
            try await probed.turn { probed.targets.asked(1) >= asked + 3 }
            #expect(try await probed.history().filter { $0.cause == .probe && $0.health == .down }.isEmpty)
            #expect(probed.health()?.state == .up)
        }
    }

    @Test func whoLeavesIsNotAskedAnyMore() async throws {
        try await withProbedCatalog { probed in
            try await probed.register()
            try await probed.turn { probed.health()?.state == .up }
            _ = try await probed.catalog.perform(.deregister(probed.key(), incarnation: nil), actor: "tester")
            try await probed.turn { probed.service.figures.instances == 0 }
            let asked = probed.targets.asked(1)
            try await probed.turn(by: .seconds(3))
            #expect(probed.targets.asked(1) == asked)
        }
    }

    @Test func checksThatGoTakeWhatTheySaidWithThem() async throws {
        try await withProbedCatalog { probed in
            probed.targets[1] = .refuses
            try await probed.register(ttl: .after(.hours(1)))
            try await probed.turn { probed.health()?.state == .down }
            var patch = InstancePatch()
            patch.checks = .some(nil)
            _ = try await probed.catalog.perform(.update(probed.key(), patch, ifMatch: nil), actor: "tester")
            #expect(probed.health()?.state == .up)
            try await probed.turn { probed.service.figures.instances == 0 }
        }
    }

    @Test func aDefaultCheckThatIsTakenBackLeavesNothing() async throws {
        let store = InMemoryStore()
        try await withProbedCatalog(store: store, settings: CatalogSettings(defaultCheck: .tcp)) { probed in
            probed.targets[1] = .refuses
            try await probed.register(checks: [])
            try await probed.turn { probed.health()?.state == .down }
            #expect(probed.health()?.error == "Check tcp fails: connection refused")
        }
        try await withProbedCatalog(store: store.reopened()) { probed in
            try await probed.turn { probed.health()?.state == .up }
            #expect(probed.targets.asked(1) == 0)
            #expect(try await probed.history().last?.detail == "no check is made of it any more")
        }
    }

    @Test func startingEndsWhenTheChecksPass() async throws {
        try await withProbedCatalog { probed in
            probed.targets[1] = .refuses
            try await probed.register { $0.status = .starting }
            try await probed.turn { probed.targets.asked(1) >= 2 }
            #expect(probed.instance()?.status == .starting)
            probed.targets[1] = .passes
            try await probed.turn { probed.instance()?.isAvailable == true }
            #expect(try await probed.history().last?.cause == .ready)
        }
    }

    @Test func whatAnEndpointSaysOfResourcesCounts() async throws {
        try await withProbedCatalog { probed in
            probed.targets[1] = .tells(HealthDetails(cpu: 0.99))
            try await probed.register()
            try await probed.turn { probed.health()?.faults == .resource }
            #expect(probed.health()?.error == "It is short of resources: cpu is at 99 %, above 90 %.")
            #expect(probed.catalog.observation(of: probed.key())?.details?.cpu == 0.99)
            #expect(probed.service.checks(of: probed.instance()?.number ?? 0).first?.status == .up)
            probed.targets[1] = .tells(HealthDetails(cpu: 0.1))
            try await probed.turn { probed.health()?.state == .up }
        }
    }

    @Test func hangingTargetsHoldNoMorePlacesThanThereAreNorTheOthersUp() async throws {
        try await withProbedCatalog(probing: ProbeSettings(maximumConcurrent: 4)) { probed in
            for port in 1...8 as ClosedRange<UInt16> {
                probed.targets[port] = port <= 6 ? .hangs : .passes
                try await probed.register(port)
            }
            try await probed.turn {
                (7...8).allSatisfy { probed.health($0)?.state == .up }
                    && (1...6).allSatisfy { probed.health($0)?.state == .down }
            }
            #expect(probed.targets.mostAtOnce <= 4)
            #expect(probed.targets.mostOfOne == 1)
        }
    }

    @Test func itStopsAtOnceWhileTargetsHang() async throws {
        try await withProbedCatalog { probed in
            probed.targets[1] = .hangs
            try await probed.register()
            try await probed.turn { probed.targets.running == 1 }
        }
    }

    @Test func manyInstancesAreCommittedTogether() async throws {
        try await withProbedCatalog { probed in
            let registrations = (1...600 as ClosedRange<UInt16>).map { port in
                var spec = Sample.spec(port: port)
                spec.checks = [ProbedCatalog.web]
                return Command.register(Sample.registration(id: "i\(port)", spec: spec))
            }
            _ = await probed.catalog.perform(registrations, actor: "tester")
            let before = probed.store.groups.count
            try await probed.turn { (1...600).allSatisfy { probed.health($0)?.state == .up } }
            #expect(probed.store.groups.count - before <= 60, "\(probed.store.groups.count - before)")
        }
    }
}
