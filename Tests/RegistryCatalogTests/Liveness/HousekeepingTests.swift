import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct HousekeepingTests {
    @Test func anEmptyServiceIsForgottenInTime() async throws {
        let settings = CatalogSettings(emptyServiceRetention: .minutes(10))
        try await withCatalog(settings: settings) { live in
            try await live.register("a", ttl: .never)
            try await live.register("x", in: "orders", ttl: .never)
            _ = try await live.perform(.leave("a"))
            try await live.advance(by: .minutes(9), step: .seconds(1))
            #expect(live.catalog.snapshot(of: ServiceKey(name: "payments")) != nil)
            try await live.advance(by: .minutes(2), step: .seconds(1))
            try await eventually { live.catalog.snapshot(of: ServiceKey(name: "payments")) == nil }
            #expect(live.catalog.snapshot(of: ServiceKey(name: "orders")) != nil)
            #expect(try await live.history().last?.cause == .purgeService)
        }
    }

    @Test func tombstonesAreForgottenAfterAnHourHoweverMany() async throws {
        try await withCatalog { live in
            let ids = (0..<1_500).map { "i\($0)" }
            for part in [ids[..<750], ids[750...]] {
                _ = await live.catalog.perform(part.map { .register($0, incarnation: 5) }, actor: "tester")
                _ = await live.catalog.perform(part.map { .leave($0) }, actor: "tester")
            }
            #expect(live.store.contents.tombstones.count == 1_500)
            #expect(live.catalog.renew(InstanceKey("i1"), incarnation: 4) == .unknown)
            #expect(await code { try await live.register("i1", incarnation: 4) } == .staleIncarnation)
            // The wall clock alone says how old they are.
            live.clock.setWallTime(live.clock.wallTime.advanced(by: .minutes(62)))
            try await live.advance(by: .seconds(61), step: .seconds(1))
            try await eventually { live.store.contents.tombstones.isEmpty }
            try await live.register("i1", incarnation: 4)
        }
    }

    @Test func whatAProcessSaidGoesWithIt() async throws {
        try await withCatalog { live in
            try await live.register("a", incarnation: 1)
            let report = HealthReport(load: LoadReport(requests: 7))
            _ = try await live.catalog.report(InstanceKey(), report, actor: "tester")
            #expect(live.catalog.observation(of: InstanceKey())?.load?.requests == 7)
            #expect(live.catalog.observation(of: InstanceKey())?.loadUpdatedAt == live.clock.wallTime)
            try await live.register("a", incarnation: 2)
            #expect(live.catalog.observation(of: InstanceKey())?.load == nil)
            _ = try await live.perform(.leave())
            #expect(live.catalog.observation(of: InstanceKey()) == nil)
        }
    }

    @Test func aReportOnACheckThatIsNotThereNamesTheField() async throws {
        try await withCatalog { live in
            try await live.register("a") { $0.checks = [HealthCheck(name: "beat", kind: .ttl)] }
            _ = try await live.catalog.report(InstanceKey(), HealthReport(check: "beat"), actor: "tester")
            let error = await #expect(throws: RegistryError.self) {
                try await live.catalog.report(InstanceKey(), HealthReport(check: "best"), actor: "tester")
            }
            #expect(error?.fields.map(\.field) == ["check"])
            let unknown = await code {
                _ = try await live.catalog.report(InstanceKey("z"), HealthReport(), actor: "tester")
            }
            #expect(unknown == .unknownInstance)
        }
    }

    @Test func aStaleHeartbeatIsToldInMemory() async throws {
        try await withCatalog { live in
            try await live.register("a", incarnation: 5)
            #expect(live.catalog.renew(InstanceKey(), incarnation: 4) == .stale)
            #expect(live.catalog.renew(InstanceKey(), incarnation: 5) == .renewed)
            #expect(live.catalog.renew(InstanceKey(), incarnation: 6) == .unknown)
            #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
        }
    }
}
