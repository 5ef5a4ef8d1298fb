import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Liveness from the heartbeat to the commit.
struct ExpiryTests {
    private static let away = StoreError(.unavailable, "the disk is gone")

    @Test func itIsDownAfterItsTTLAndNotBefore() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(10)))
            try await live.advance(by: .milliseconds(9_950))
            #expect(!live.isOverdue())
            #expect(live.health() == .up)
            try await live.advance(by: .milliseconds(100))
            try await eventually { live.health() == .down }
            #expect(live.record()?.instance.health.cause == .expire)
            #expect(try await live.history().map(\.cause) == [.register, .expire])
            #expect(try await live.history().last?.actor == "registry")
        }
    }

    /// P4, with heartbeats just in time, for a long time.
    @Test func whoBeatsInTimeIsNeverDown() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1)))
            for _ in 0..<200 {
                try await live.advance(by: .milliseconds(950))
                #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            }
            #expect(try await live.history().count == 1)
            #expect(live.catalog.observation(of: InstanceKey())?.lastBeat == live.clock.wallTime)
        }
    }

    @Test func aHeartbeatBeforeRemovalMakesItUpAgain() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1)))
            try await live.advance(by: .seconds(2))
            try await eventually { live.health() == .down }
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .needsCommit)
            let result = try await live.catalog.heartbeat(
                [Heartbeat(key: InstanceKey()), Heartbeat(key: InstanceKey("z"))], actor: "tester")
            #expect(result == HeartbeatResult(renewed: 1, unknown: [1], stale: []))
            #expect(live.health() == .up)
            #expect(live.record()?.instance.health.cause == .recover)
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            try await live.advance(by: .milliseconds(1_100))
            try await eventually { live.health() == .down }
        }
    }

    @Test func itIsRemovedAfterDeregisterAfter() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1))) { $0.deregisterAfter = .after(.seconds(30)) }
            try await live.advance(by: .milliseconds(1_050))
            try await eventually { live.health() == .down }
            try await live.advance(by: .milliseconds(29_900))
            #expect(live.record() != nil)
            #expect(!live.isOverdue())
            try await live.advance(by: .milliseconds(150))
            try await eventually { live.record() == nil }
            #expect(try await live.history().map(\.cause) == [.register, .expire, .purge])
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .unknown)
            #expect(live.catalog.snapshot(of: ServiceKey(name: "payments")) != nil)
        }
    }

    @Test func aReportedDownHoldsThroughHeartbeatsAndRestart() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await withCatalog(store: store, clock: clock) { live in
            try await live.register(ttl: .after(.seconds(1)))
            _ = try await live.catalog.report(InstanceKey(), HealthReport(status: .down), actor: "tester")
            for _ in 0..<30 {
                try await live.advance(by: .milliseconds(900), step: .milliseconds(450))
                _ = try await live.catalog.report(InstanceKey(), HealthReport(), actor: "tester")
            }
            #expect(live.health() == .down)
            #expect(try await live.history().count == 2)
        }
        try await withCatalog(store: store.reopened(), clock: clock) { live in
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            #expect(live.health() == .down)
            #expect(live.record()?.instance.health.cause == .report)
            _ = try await live.catalog.report(InstanceKey(), HealthReport(status: .up), actor: "tester")
            #expect(live.health() == .up)
            #expect(live.record()?.instance.health.cause == .report)
        }
    }

    @Test func onlySilenceRemovesWhatReportsItselfDown() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1))) { $0.deregisterAfter = .after(.seconds(5)) }
            _ = try await live.catalog.report(InstanceKey(), HealthReport(status: .down), actor: "tester")
            for _ in 0..<20 {
                try await live.advance(by: .milliseconds(900), step: .milliseconds(450))
                #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            }
            try await live.advance(by: .milliseconds(5_900), step: .milliseconds(100))
            #expect(live.record() != nil)
            try await live.advance(by: .milliseconds(200))
            try await eventually { live.record() == nil }
        }
    }

    @Test func aStaticInstanceNeverExpires() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .never)
            #expect(live.record()?.lease == nil)
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            try await live.advance(by: .hours(2), step: .seconds(1))
            #expect(live.health() == .up)
        }
    }

    // MARK: Standstills

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

    // MARK: Races

    /// The wheel has claimed it and the commit is on its way when the heartbeat comes.
    @Test func aHeartbeatBehindAnExpiryRecovers() async throws {
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1)))
            live.store.hold()
            try await live.advance(by: .milliseconds(1_050))
            await live.store.waitForHeld()
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .needsCommit)
            async let result = live.catalog.heartbeat([Heartbeat(key: InstanceKey())], actor: "tester")
            try await eventually { live.catalog.counts.queuedCommands == 1 }
            live.store.release()
            #expect(try await result.renewed == 1)
            #expect(live.health() == .up)
            #expect(try await live.history().map(\.cause) == [.register, .expire, .recover])
        }
    }

    /// The heartbeat's command is decided before the expiry's.
    @Test func aHeartbeatAheadOfAnExpiryVoidsIt() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .after(.seconds(1)))
            live.store.hold()
            async let other = live.register("z", ttl: .never)
            await live.store.waitForHeld()
            // Claimed by hand, so that the registry's own command does not come first.
            _ = live.record()?.lease?.due(now: .max, floor: 0)
            async let result = live.catalog.heartbeat([Heartbeat(key: InstanceKey())], actor: "tester")
            try await eventually { live.catalog.counts.queuedCommands == 1 }
            let number = live.record()?.instance.number ?? 0
            async let expiry = live.catalog.perform(.expire(InstanceKey(), number: number), actor: "registry")
            try await eventually { live.catalog.counts.queuedCommands == 2 }
            live.store.release()
            #expect(try await result.renewed == 1)
            _ = try await (other, expiry)
            #expect(live.health() == .up)
            #expect(!live.isOverdue())
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            #expect(try await live.history().filter { $0.cause == .expire }.count == 0)
            // It is on the wheel again.
            try await live.advance(by: .milliseconds(1_050))
            try await eventually { live.health() == .down }
        }
    }
}
