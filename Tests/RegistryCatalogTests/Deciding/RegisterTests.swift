import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// "Registering again" of the API, branch by branch.
struct RegisterTests {
    private static func registered(_ command: Command = .register()) -> PureCatalog {
        var catalog = PureCatalog()
        catalog.perform(command)
        catalog.time = catalog.time.advanced(by: .seconds(5))
        return catalog
    }

    @Test func aNewInstanceIsUpAndItsServiceComesIntoBeing() {
        var catalog = PureCatalog()
        #expect(catalog.perform(.register())[0].value == true)
        #expect(catalog.causes == [.register])
        #expect(catalog.instance()?.health == Health(state: .up, cause: .register, since: Sample.time))
        #expect(catalog.instance()?.revision == Revision(1))
        #expect(catalog.service()?.revision == Revision(1))
        #expect(catalog.service()?.emptySince == nil)
        #expect(catalog.renewed == [InstanceKey()])
        #expect(catalog.state.counts == StateCounts(services: 1, instances: 1, available: 1, up: 1))
    }

    @Test func identicalContentRenewsAndCommitsNothing() {
        var catalog = Self.registered()
        #expect(catalog.perform(.register())[0].value == false)
        #expect(catalog.lastGroup.writes.isEmpty)
        #expect(catalog.renewed == [InstanceKey()])
    }

    @Test func otherContentReplacesAllFieldsAndKeepsWhatIsTheRegistrys() {
        var catalog = Self.registered(.register { $0.tags = ["blue"] })
        let before = catalog.instance()
        #expect(catalog.perform(.register { $0.weight = 7 })[0].value == false)
        let after = catalog.instance()
        #expect(after?.spec.weight == 7)
        #expect(after?.spec.tags == [])
        #expect(after?.createdAt == before?.createdAt)
        #expect(after?.updatedAt == catalog.time)
        #expect(after?.number == before?.number)
        #expect(after?.health == before?.health)
        #expect(catalog.causes == [.register])
    }

    @Test func theServicesOwnFieldsComeFromItsFirstRegistration() {
        var catalog = PureCatalog()
        var first = Sample.registration(id: "a")
        first.serviceType = "http"
        first.serviceMetadata = ["team": "one"]
        catalog.perform(.register(first))
        first.instanceID = "b"
        first.serviceType = "grpc"
        first.serviceMetadata = ["team": "two"]
        catalog.perform(.register(first))
        #expect(catalog.service()?.type == "http")
        #expect(catalog.service()?.metadata == ["team": "one"])
        #expect(catalog.service()?.createdAt == Sample.time)
    }

    @Test func whatHadGoneSilentIsUpAgain() {
        var catalog = Self.registered()
        catalog.claim()
        catalog.perform(.expire(InstanceKey(), number: catalog.instance()?.number ?? 0))
        #expect(catalog.instance()?.health.state == .down)
        let created = catalog.instance()?.createdAt
        catalog.perform(.register())
        #expect(catalog.causes == [.recover])
        #expect(catalog.instance()?.health == Health(state: .up, cause: .recover, since: catalog.time))
        #expect(catalog.instance()?.createdAt == created)
    }

    @Test func aReportedDownIsKeptWhileChecksAndIncarnationAre() {
        var catalog = Self.registered()
        catalog.perform(.beat("a", .down))
        let down = catalog.instance()?.health
        #expect(down?.state == .down)
        catalog.perform(.register())
        #expect(catalog.lastGroup.writes.isEmpty)
        catalog.perform(.register { $0.weight = 3 })
        #expect(catalog.instance()?.health == down)
    }

    @Test func otherChecksStartAfresh() {
        var catalog = Self.registered()
        catalog.perform(.beat("a", .down))
        catalog.perform(.register { $0.checks = [HealthCheck(name: "beat", kind: .ttl)] })
        #expect(catalog.instance()?.health.state == .up)
    }

    @Test func aNewerIncarnationStartsAfresh() {
        var catalog = Self.registered(.register(incarnation: 5))
        catalog.perform(.beat("a", .down, incarnation: 5))
        catalog.perform(.register(incarnation: 6))
        #expect(catalog.instance()?.health == Health(state: .up, cause: .register, since: catalog.time))
        #expect(catalog.instance()?.incarnation == 6)
        #expect(catalog.instance()?.createdAt == Sample.time)
    }

    @Test func withoutAnIncarnationItActsAsTheCurrentOne() {
        var catalog = Self.registered(.register(incarnation: 5))
        catalog.perform(.register { $0.weight = 3 })
        #expect(catalog.instance()?.incarnation == 5)
        #expect(catalog.instance()?.health.cause == .register)
    }

    @Test func drainingStays() {
        var catalog = Self.registered(.register(incarnation: 5))
        catalog.perform(.patch { $0.status = .draining })
        catalog.perform(.register(incarnation: 5) { $0.weight = 3 })
        #expect(catalog.instance()?.spec.status == .draining)
        #expect(catalog.instance()?.spec.weight == 3)
    }

    @Test func drainingEndsWithAnExplicitStatusANewerIncarnationOrDeregistration() {
        let draining = {
            var catalog = Self.registered(.register(incarnation: 5))
            catalog.perform(.patch { $0.status = .draining })
            return catalog
        }
        var told = draining()
        told.perform(.register(incarnation: 5, statesStatus: true))
        #expect(told.instance()?.spec.status == .up)
        var newer = draining()
        newer.perform(.register(incarnation: 6))
        #expect(newer.instance()?.spec.status == .up)
        var gone = draining()
        gone.perform(.leave(), .register())
        #expect(gone.instance()?.spec.status == .up)
    }

    @Test func faultsAreToldBeforeAnythingElse() {
        #expect(Command.register().fault == nil)
        #expect(Command.register { $0.port = 0 }.fault?.fields.map(\.field) == ["instance.port"])
        #expect(Command.register { $0.checks = [HealthCheck(name: "web", kind: .http)] }.fault == nil)
        let two = Command.register {
            $0.checks = [HealthCheck(name: "one", kind: .ttl), HealthCheck(name: "two", kind: .ttl)]
        }
        #expect(two.fault?.code == .invalid)
        #expect(two.fault?.fields.map(\.field) == ["instance.checks[1]"])
        #expect(Command.leave().fault == nil)
    }
}
