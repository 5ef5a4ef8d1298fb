import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Protection from the heartbeats that stay out to the answers.
struct ProtectionTests {
    private static let ids = (0..<20).map { "i-\($0 / 10)\($0 % 10)" }
    private static let service = ServiceKey(name: "payments")

    private static func register(_ live: LiveCatalog, deregisterAfter: TimeSpan = .seconds(5)) async throws {
        for id in Self.ids {
            try await live.register(id, ttl: .after(.seconds(10))) { $0.deregisterAfter = .after(deregisterAfter) }
        }
    }

    private static func beat(_ live: LiveCatalog, _ ids: some Sequence<String>) async throws {
        let result = try await live.catalog.heartbeat(ids.map { Heartbeat(key: InstanceKey($0)) }, actor: "tester")
        #expect(result.unknown == [])
    }

    /// Time passes while some go on beating.
    private static func pass(_ span: TimeSpan, _ live: LiveCatalog, beating ids: [String]) async throws {
        for _ in 0..<(span.milliseconds / 500) {
            try await live.advance(by: .milliseconds(500), step: .milliseconds(250))
            try await Self.beat(live, ids)
        }
    }

    private static func suspects(_ live: LiveCatalog) -> [String] {
        Self.ids.filter { live.record($0)?.instance.isSuspect == true }
    }

    private static func protection(_ live: LiveCatalog) -> Protection? {
        live.catalog.snapshot(of: Self.service)?.service.protection
    }

    /// All but these fall silent.
    private static func silence(_ live: LiveCatalog, allBut beating: [String]) async throws {
        try await Self.pass(.seconds(11), live, beating: beating)
    }

    @Test func ninetyPerCentAtOnceAreSuspectAndStay() async throws {
        try await withCatalog { live in
            try await Self.register(live)
            let (well, silent) = (Array(Self.ids.suffix(2)), Array(Self.ids.dropLast(2)))
            // Their last beats lie apart, and so do their deadlines.
            for id in silent {
                try await live.advance(by: .milliseconds(300))
                try await Self.beat(live, [id] + well)
            }
            try await Self.silence(live, allBut: well)
            try await eventually { Self.suspects(live) == silent }
            #expect(live.health("i-00") == .down)
            #expect(live.catalog.counts.suspect == 18)
            #expect(live.catalog.counts.protectedServices == 1)
            #expect(live.catalog.counts.protections == 1)
            let detail = try #require(Self.protection(live)?.detail)
            #expect(detail.contains("instances went DOWN at once"))
            let shown = live.catalog.snapshot(of: Self.service)?.instances.filter {
                InstanceFilter.available.matches($0.instance)
            }
            #expect(shown?.count == 20)
            // Far beyond what they would be kept otherwise.
            try await Self.pass(.minutes(2), live, beating: well)
            #expect(Self.suspects(live) == silent)
            let history = try await live.history()
            #expect(history.count { $0.cause == .expire } == 18)
            #expect(history.count { $0.cause == .protect } == 19)
            #expect(history.count { $0.cause == .purge } == 0)
        }
    }

    @Test func tenPerCentAreNot() async throws {
        try await withCatalog { live in
            try await Self.register(live)
            try await Self.silence(live, allBut: Array(Self.ids.dropFirst(2)))
            try await eventually { live.health("i-00") == .down && live.health("i-01") == .down }
            #expect(Self.suspects(live) == [])
            #expect(Self.protection(live) == nil)
            try await Self.pass(.seconds(6), live, beating: Array(Self.ids.dropFirst(2)))
            try await eventually { live.record("i-00") == nil && live.record("i-01") == nil }
        }
    }

    @Test func aServiceOfOneIsNot() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1)))
            try await live.advance(by: .milliseconds(1_100))
            try await eventually { live.health() == .down }
            #expect(live.record()?.instance.isSuspect == false)
            #expect(Self.protection(live) == nil)
        }
    }

    @Test func itEndsAsSoonAsHalfAreHeard() async throws {
        try await withCatalog { live in
            try await Self.register(live)
            try await Self.silence(live, allBut: Array(Self.ids.suffix(2)))
            try await eventually { Self.suspects(live).count == 18 }
            // One is UP at once, and the others stay as they are.
            try await Self.beat(live, ["i-00"])
            #expect(live.health("i-00") == .up)
            #expect(Self.suspects(live).count == 17)
            try await Self.beat(live, Self.ids.prefix(8))
            #expect(Self.protection(live) == nil)
            #expect(Self.suspects(live) == [])
            #expect(live.health("i-17") == .down)
            let well = Array(Self.ids.prefix(8)) + Array(Self.ids.suffix(2))
            // They have the whole of their time from here.
            try await Self.pass(.seconds(4), live, beating: well)
            #expect(live.record("i-17") != nil)
            try await Self.pass(.milliseconds(1_500), live, beating: well)
            try await eventually { live.catalog.snapshot(of: Self.service)?.instances.count == 10 }
            let last = try await live.history().last
            #expect(last?.cause == .purge)
        }
    }

    @Test func aRestartKeepsIt() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        let well = Array(Self.ids.suffix(2))
        try await withCatalog(store: store, clock: clock) { live in
            try await Self.register(live)
            try await Self.silence(live, allBut: well)
            try await eventually { Self.suspects(live).count == 18 }
        }
        try await withCatalog(store: store.reopened(), clock: clock) { live in
            #expect(Self.suspects(live).count == 18)
            #expect(live.catalog.counts.protectedServices == 1)
            try await Self.pass(.seconds(30), live, beating: well)
            #expect(Self.suspects(live).count == 18)
            try await Self.beat(live, Self.ids.prefix(9))
            #expect(Self.protection(live) == nil)
        }
    }

    @Test func switchedOffLaterItEnds() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await withCatalog(store: store, clock: clock) { live in
            try await Self.register(live)
            try await Self.silence(live, allBut: [])
            try await eventually { Self.suspects(live).count == 20 }
        }
        let settings = CatalogSettings(protects: false)
        try await withCatalog(store: store.reopened(), clock: clock, settings: settings) { live in
            try await live.advance(by: .milliseconds(1_100))
            try await eventually { Self.suspects(live) == [] && Self.protection(live) == nil }
            // Nobody is removed within a ttl of the start.
            try await live.advance(by: .seconds(10))
            try await eventually { live.catalog.snapshot(of: Self.service)?.instances.isEmpty == true }
        }
    }

    @Test func anOperatorLiftsIt() async throws {
        try await withCatalog { live in
            try await Self.register(live)
            try await Self.silence(live, allBut: [])
            try await eventually { Self.suspects(live).count == 20 }
            _ = try await live.perform(.liftProtection(Self.service))
            #expect(Self.suspects(live) == [])
            #expect(Self.protection(live)?.isLifted == true)
            try await live.advance(by: .seconds(6))
            try await eventually { live.catalog.snapshot(of: Self.service)?.instances.isEmpty == true }
            // Nothing is silent any more: the lift is over.
            #expect(Self.protection(live) == nil)
        }
    }

    /// Twelve services of one: none of them could be protected by itself.
    @Test func mostOfEverythingAtOnce() async throws {
        try await withCatalog { live in
            let names = (0..<12).map { "single-\($0)" }
            for name in names { try await live.register("a", in: name, ttl: .after(.seconds(10))) }
            try await live.register("a", in: "well", ttl: .never)
            func suspects() -> Int { names.count { live.record("a", in: $0)?.instance.isSuspect == true } }
            try await live.advance(by: .milliseconds(11_500))
            try await eventually { suspects() == 12 }
            #expect(live.catalog.counts.isWidelyProtected)
            #expect(live.catalog.counts.protectedServices == 12)
            let heard = names.prefix(6).map { Heartbeat(key: InstanceKey("a", in: $0)) }
            _ = try await live.catalog.heartbeat(heard, actor: "tester")
            #expect(!live.catalog.counts.isWidelyProtected)
            try await live.advance(by: .milliseconds(1_500))
            try await eventually { suspects() == 0 }
            #expect(live.health("a", in: "single-11") == .down)
            #expect(live.catalog.counts.protectedServices == 0)
        }
    }

    @Test func fewServicesAreNotEverything() async throws {
        try await withCatalog { live in
            let names = (0..<9).map { "single-\($0)" }
            for name in names { try await live.register("a", in: name, ttl: .after(.seconds(10))) }
            try await live.advance(by: .milliseconds(11_500))
            try await eventually { names.allSatisfy { live.health("a", in: $0) == .down } }
            #expect(!live.catalog.counts.isWidelyProtected)
            #expect(live.catalog.counts.suspect == 0)
        }
    }
}
