import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Overrides that end by themselves.
struct OverrideEndTests {
    private static let key = OverrideKey(InstanceKey("a"))
    private static let forAMinute = OverrideRequest(status: .outOfService, expiresAfter: .minutes(1))

    @Test func itRunsOutWithinASecond() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            _ = try await live.perform(.putOverride(Self.key, Self.forAMinute))
            try await live.advance(by: .seconds(59), step: .milliseconds(500))
            #expect(live.record("a")?.instance.status == .outOfService)
            try await live.advance(by: .seconds(2), step: .milliseconds(500))
            try await eventually { live.record("a")?.instance.status == .up }
            let last = try #require(try await live.history().last)
            #expect(last.cause == .liftOverride && last.actor == Change.registryActor)
            #expect(last.detail == "ran out, was status OUT_OF_SERVICE")
            #expect(last.time.since(Sample.time) <= .seconds(61))
            #expect(live.catalog.counts.overrides == 0)
        }
    }

    @Test func itRunsOutWhileNoProcessRuns() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await withCatalog(store: store, clock: clock) { live in
            try await live.register("a", ttl: .never)
            _ = try await live.perform(.putOverride(Self.key, Self.forAMinute))
        }
        clock.setWallTime(clock.wallTime.advanced(by: .minutes(2)))
        try await withCatalog(store: store.reopened(), clock: clock) { live in
            #expect(live.record("a")?.instance.status == .outOfService)
            try await live.advance(by: .seconds(1), step: .milliseconds(500))
            try await eventually { live.record("a")?.instance.status == .up }
        }
    }

    @Test func aLaterEndCountsAndNoneIsForEver() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            _ = try await live.perform(.putOverride(Self.key, Self.forAMinute))
            try await live.advance(by: .seconds(30), step: .seconds(1))
            _ = try await live.perform(.putOverride(Self.key, Self.forAMinute))
            try await live.advance(by: .seconds(40), step: .seconds(1))
            #expect(live.record("a")?.instance.status == .outOfService)
            _ = try await live.perform(.putOverride(Self.key, OverrideRequest(status: .draining)))
            try await live.advance(by: .minutes(5), step: .seconds(1))
            #expect(live.record("a")?.instance.status == .draining)
        }
    }

    @Test func whileTheStoreIsAwayItHoldsAndAfterwardsItEnds() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            _ = try await live.perform(.putOverride(Self.key, Self.forAMinute))
            live.store.outage = StoreError(.unavailable, "away")
            try await live.advance(by: .seconds(70), step: .seconds(1))
            #expect(live.record("a")?.instance.status == .outOfService)
            live.store.outage = nil
            try await live.advance(by: .seconds(3), step: .milliseconds(500))
            try await eventually { live.record("a")?.instance.status == .up }
        }
    }

    @Test func withoutItsInstanceItIsForgottenAfterAWeek() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            try await live.register("b", ttl: .never)
            for id in ["a", "b"] {
                _ = try await live.perform(
                    .putOverride(OverrideKey(InstanceKey(id)), OverrideRequest(status: .draining)))
                _ = try await live.perform(.leave(id))
            }
            live.clock.setWallTime(live.clock.wallTime.advanced(by: .days(6)))
            try await live.register("b", ttl: .never)
            #expect(live.record("b")?.instance.status == .draining)
            live.clock.setWallTime(live.clock.wallTime.advanced(by: .hours(25)))
            try await live.advance(by: .seconds(1), step: .milliseconds(500))
            try await eventually { live.catalog.override(of: Self.key) == nil }
            #expect(live.record("b")?.instance.status == .draining)
            let last = try #require(try await live.history().last)
            #expect(last.cause == .liftOverride && last.actor == Change.registryActor && last.instance == "a")
            #expect(last.detail == "its instance was gone for 7d, was status DRAINING")
        }
    }

    @Test func whatCameMeanwhileMakesTheEndVoid() {
        var catalog = PureCatalog()
        catalog.perform(.register("a"))
        catalog.perform(.putOverride(Self.key, Self.forAMinute))
        catalog.perform(.purgeOverride(Self.key))
        #expect(catalog.lastGroup.writes.isEmpty)
        catalog.time = catalog.time.advanced(by: .minutes(1))
        catalog.perform(.putOverride(Self.key, Self.forAMinute), .purgeOverride(Self.key))
        #expect(catalog.causes == [.override])
        catalog.time = catalog.time.advanced(by: .minutes(1))
        catalog.perform(.purgeOverride(Self.key), .purgeOverride(Self.key))
        #expect(catalog.causes == [.liftOverride])
    }

    @Test func onlyWhatIsOverIsFoundAndNotBeforeItsTime() {
        var table = OverrideTable(absence: .days(7))
        let time = Sample.time
        func key(_ name: String) -> OverrideKey { OverrideKey(service: ServiceKey(name: name)) }
        table[key("never")] = Sample.override()
        #expect(table.over(by: time.advanced(by: .days(999)), limit: 9).isEmpty)
        table[key("soon")] = Sample.override(expiresAt: time.advanced(by: .seconds(5)))
        table[key("later")] = Sample.override(expiresAt: time.advanced(by: .seconds(9)))
        table[key("gone")] = Sample.override(expiresAt: time.advanced(by: .days(30)), absentSince: time)
        #expect(table.over(by: time.advanced(by: .seconds(4)), limit: 9).isEmpty)
        #expect(table.over(by: time.advanced(by: .seconds(5)), limit: 9) == [key("soon")])
        #expect(Set(table.over(by: time.advanced(by: .seconds(9)), limit: 9)) == [key("soon"), key("later")])
        #expect(table.over(by: time.advanced(by: .seconds(9)), limit: 1).count == 1)
        table[key("soon")] = nil
        table[key("later")] = nil
        #expect(table.over(by: time.advanced(by: .days(6)), limit: 9).isEmpty)
        #expect(table.over(by: time.advanced(by: .days(7)), limit: 9) == [key("gone")])
    }
}
