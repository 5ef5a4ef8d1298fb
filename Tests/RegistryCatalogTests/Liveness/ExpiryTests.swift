import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Liveness from the heartbeat to the commit.
struct ExpiryTests {
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
