import RegistryCatalog
import RegistryHealth
import RegistryModel
import RegistryTestKit
import Testing

@testable import RollcallServer

@Suite("Probes of several nodes", .timeLimit(.minutes(5)))
struct SharedProbeTests {
    private let link = FakeClusterLink()

    private static let other = Member(
        id: 2, node: "n2", address: "127.0.0.9:1", version: "1", schema: 1, startedAt: Sample.time)

    @Test func whatBelongsToAnotherIsNotProbedUntilThatOneLeaves() async throws {
        let store = InMemoryStore()
        self.link.rank = 1
        try await withProbedCatalog(store: store, link: self.link) { probed in
            try await probed.register(ttl: .after(.hours(1)))
            try await probed.turn(by: .seconds(3))
            #expect(probed.targets.asked(1) == 0)
            #expect(probed.health()?.state == .unknown)
            self.link.rank = 0
            store.tell([.left(2)])
            try await probed.turn { probed.health()?.state == .up }
            probed.targets[1] = .refuses
            self.link.rank = 1
            store.tell([.joined(Self.other)])
            try await probed.turn { probed.service.figures.instances == 0 }
            let asked = probed.targets.asked(1)
            try await probed.turn(by: .seconds(5))
            #expect(probed.targets.asked(1) == asked)
            #expect(probed.health()?.state == .up, "whoever probes it now will find out")
        }
    }

    @Test func whatIsTakenOverStaysAsItIsUntilFailuresSayOtherwise() async throws {
        let store = InMemoryStore()
        try await withProbedCatalog(store: store, link: self.link) { probed in
            for port in 1...5 as ClosedRange<UInt16> { try await probed.register(port, ttl: .after(.hours(1))) }
            try await probed.turn { (1...5).allSatisfy { probed.health($0)?.state == .up } }
            self.link.rank = 1
            store.tell([.joined(Self.other)])
            try await probed.turn { probed.service.figures.instances == 0 }
            let groups = store.groups.count
            probed.targets[5] = .refuses
            self.link.rank = 0
            store.tell([.left(2)])
            try await probed.turn { probed.health(5)?.state == .down }
            #expect(probed.targets.asked(5) >= 3)
            #expect(store.groups.count == groups + 1, "what stays as it was is not committed")
        }
    }

    @Test func whatFailsWhileThisNodeIsCutOffSaysNothing() async throws {
        try await withProbedCatalog(link: self.link) { probed in
            try await probed.register(ttl: .after(.hours(1)))
            try await probed.turn { probed.health()?.state == .up }
            self.link.isCutOff = true
            probed.targets[1] = .refuses
            let asked = probed.targets.asked(1)
            try await probed.turn { probed.targets.asked(1) >= asked + 5 }
            #expect(probed.health()?.state == .up)
            #expect(probed.service.figures.void >= 4)
            self.link.isCutOff = false
            try await probed.turn { probed.health()?.state == .down }
        }
    }
}
