import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// The clock of deadlines stands still while nobody can know who is alive: P4 and P5 over pauses, outages and starts.
struct StandstillTests {
    private static let away = StoreError(.unavailable, "the disk is gone")

    @Test func aStandstillExpiresNobodyWhoGoesOnBeating() async throws {
        try await withCatalog { live in
            for id in ["a", "b", "c"] { try await live.register(id, ttl: .after(.seconds(2))) }
            try await live.advance(by: .seconds(1))
            // The process is stopped for a minute.
            try await live.turn(by: .seconds(60))
            for id in ["a", "b", "c"] { #expect(!live.isOverdue(id)) }
            try await live.advance(by: .milliseconds(1_900))
            for id in ["a", "b"] { #expect(live.catalog.renew(InstanceKey(id), incarnation: nil) == .renewed) }
            try await live.advance(by: .milliseconds(1_000))
            try await eventually { live.health("c") == .down }
            #expect(live.health("a") == .up)
            #expect(live.health("b") == .up)
            #expect(live.catalog.counts.standstills == 1)
            #expect(live.catalog.counts.standstillMilliseconds == 60_000)
        }
    }

    @Test func aBeatBetweenWakingAndTheFirstTickDoesNotHoldForTheStandstillToo() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(2)))
            try await eventually { live.clock.isAsleep(for: CatalogSettings.tick) }
            live.clock.advance(by: .seconds(3_600))
            // Before or after the tick, whichever task comes first.
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            try await eventually { live.clock.isAsleep(for: CatalogSettings.tick) }
            try await live.advance(by: .milliseconds(3_200))
            try await eventually { live.health() == .down }
        }
    }

    /// The next tick will count all of it as a standstill, so a beat before that must not count any of it.
    @Test func betweenAStandstillAndTheNextTickIsTheTimeOfTheLastOne() {
        let clock = ManualClock()
        let liveness = Liveness(clock: clock, settings: CatalogSettings())
        clock.advance(by: CatalogSettings.tick)
        liveness.tick(storeIsAway: false)
        let time = liveness.now
        clock.advance(by: .milliseconds(1_051))
        #expect(liveness.now == time)
        clock.advance(by: .seconds(60))
        #expect(liveness.now == time)
        liveness.tick(storeIsAway: false)
        #expect(liveness.now == time)
    }

    /// The same while the store is away, however short the pause.
    @Test func whileTheStoreIsAwayItIsTheTimeOfTheLastTick() {
        let clock = ManualClock()
        let liveness = Liveness(clock: clock, settings: CatalogSettings())
        clock.advance(by: CatalogSettings.tick)
        liveness.tick(storeIsAway: true)
        let time = liveness.now
        clock.advance(by: .milliseconds(700))
        #expect(liveness.now == time)
        liveness.tick(storeIsAway: true)
        #expect(liveness.now == time)
        liveness.tick(storeIsAway: false)
        clock.advance(by: .milliseconds(30))
        #expect(liveness.now == time + 30)
    }

    @Test func whatItTookToReadTheStoreIsNotAddedToAStandstill() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { try await $0.register(ttl: .after(.seconds(2))) }
        let clock = ManualClock()
        let catalog = Catalog(store: store.reopened(), clock: clock)
        clock.advance(by: .milliseconds(900))
        try await catalog.load()
        clock.advance(by: CatalogSettings.tick)
        catalog.liveness.tick(storeIsAway: true)
        let lease = catalog.snapshot(of: InstanceKey().service)?.instance("a")?.lease
        #expect(lease?.scheduledDeadline == catalog.liveness.now + 2_000)
    }

    @Test func aStoreThatIsAwayHoldsTime() async throws {
        try await withCatalog { live in
            for id in ["a", "b"] { try await live.register(id, ttl: .after(.seconds(2))) }
            live.store.outage = Self.away
            #expect(await code { try await live.register("c") } == .storeUnavailable)
            try await live.advance(by: .seconds(30), step: .milliseconds(500))
            #expect(!live.isOverdue("a"))
            live.store.outage = nil
            while live.catalog.storeError != nil { try await live.turn(by: CatalogSettings.tick) }
            try await live.advance(by: .milliseconds(1_900))
            #expect(live.health("a") == .up)
            #expect(live.catalog.renew(InstanceKey("a"), incarnation: nil) == .renewed)
            try await live.advance(by: .milliseconds(1_000))
            try await eventually { live.health("b") == .down }
            #expect(live.health("a") == .up)
        }
    }

    @Test func anExpiryThatCannotBeCommittedIsTakenBack() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(2)))
            live.store.outage = Self.away
            try await live.advance(by: .seconds(3))
            try await eventually { live.catalog.storeError != nil && !live.isOverdue() }
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            live.store.outage = nil
            try await live.advance(by: .seconds(1))
            try await eventually { live.catalog.storeError == nil }
            #expect(live.health() == .up)
            try await live.advance(by: .seconds(4))
            try await eventually { live.health() == .down }
        }
    }

    @Test func aCommitThatHangsHoldsTime() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .after(.seconds(4)))
            live.store.hold()
            async let late: Void = { _ = try? await live.register("b") }()
            await live.store.waitForHeld()
            try await live.advance(by: .seconds(20), step: .milliseconds(500))
            #expect(!live.isOverdue("a"))
            live.store.release()
            _ = await late
            #expect(live.health("a") == .up)
        }
    }

    @Test func aRestartGivesAFullTTL() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await withCatalog(store: store, clock: clock) { live in
            try await live.register("a", ttl: .after(.seconds(10)))
            try await live.register("b", ttl: .after(.seconds(1))) { $0.deregisterAfter = .after(.seconds(60)) }
            try await live.advance(by: .seconds(9))
            try await eventually { live.health("b") == .down }
        }
        clock.advance(by: .seconds(300))
        try await withCatalog(store: store.reopened(), clock: clock) { live in
            try await live.advance(by: .milliseconds(900))
            #expect(live.record("b") != nil, "it has its ttl to come back")
            try await live.advance(by: .milliseconds(250))
            try await eventually { live.record("b") == nil }
            try await live.advance(by: .milliseconds(8_750))
            #expect(live.health("a") == .up)
            #expect(!live.isOverdue())
            try await live.advance(by: .milliseconds(250))
            try await eventually { live.health("a") == .down }
        }
    }
}
