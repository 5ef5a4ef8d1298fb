import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct ServiceCommandTests {
    private static let key = ServiceKey(name: "payments")

    private static func empty() -> PureCatalog {
        var catalog = PureCatalog()
        catalog.perform(.register())
        catalog.perform(.leave())
        return catalog
    }

    private static func patch(_ change: (inout ServicePatch) -> Void, ifMatch: Revision? = nil) -> Command {
        var patch = ServicePatch()
        change(&patch)
        return .updateService(self.key, patch, ifMatch: ifMatch)
    }

    @Test func aPatchChangesTheServicesOwnFields() {
        var catalog = Self.empty()
        catalog.time = catalog.time.advanced(by: .seconds(1))
        #expect(
            catalog.perform(
                Self.patch { patch in
                    patch.type = "grpc"
                    patch.metadata = ["team": "one"]
                })[0].value == false)
        #expect(catalog.service()?.type == "grpc")
        #expect(catalog.service()?.metadata == ["team": "one"])
        #expect(catalog.service()?.updatedAt == catalog.time)
        #expect(catalog.service()?.emptySince == Sample.time)
        #expect(catalog.causes == [.updateService])
        #expect(catalog.lastGroup.changes.first?.change.detail == "type, metadata")
        catalog.perform(Self.patch { $0.type = "grpc" })
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    @Test func aPatchIsHeldAgainstLimitsAndRevision() {
        var catalog = Self.empty()
        let long = String(repeating: "x", count: 129)
        #expect(catalog.perform(Self.patch { $0.type = long })[0].code == .invalid)
        #expect(catalog.perform(Self.patch({ $0.type = "a" }, ifMatch: Revision(1)))[0].code == .preconditionFailed)
        #expect(catalog.perform(Self.patch({ $0.type = "a" }, ifMatch: Revision(2)))[0].value == false)
        #expect(
            catalog.perform(.updateService(ServiceKey(name: "none"), ServicePatch(), ifMatch: nil))[0].code
                == .unknownService)
    }

    @Test func onlyAnEmptyServiceIsDeleted() {
        var catalog = PureCatalog()
        catalog.perform(.register())
        #expect(catalog.perform(.deleteService(Self.key, ifMatch: nil))[0].code == .conflict)
        catalog.perform(.leave())
        #expect(catalog.perform(.deleteService(Self.key, ifMatch: Revision(1)))[0].code == .preconditionFailed)
        #expect(catalog.perform(.deleteService(Self.key, ifMatch: nil))[0].value == false)
        #expect(catalog.causes == [.deleteService])
        #expect(catalog.service() == nil)
        #expect(catalog.perform(.deleteService(Self.key, ifMatch: nil))[0].code == .unknownService)
    }

    @Test func anEmptyServiceIsForgottenAfterItsRetention() {
        var catalog = Self.empty()
        catalog.time = Sample.time.advanced(by: .hours(72)).advanced(by: .milliseconds(-1))
        catalog.perform(.purgeService(Self.key))
        #expect(catalog.service() != nil)
        catalog.time = Sample.time.advanced(by: .hours(72))
        catalog.perform(.purgeService(Self.key))
        #expect(catalog.service() == nil)
        #expect(catalog.causes == [.purgeService])
        catalog.perform(.purgeService(Self.key))
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    @Test func aServiceThatHasAnInstanceAgainIsNotForgotten() {
        var catalog = Self.empty()
        catalog.perform(.register())
        #expect(catalog.service()?.emptySince == nil)
        catalog.time = Sample.time.advanced(by: .hours(100))
        catalog.perform(.purgeService(Self.key))
        #expect(catalog.service() != nil)
        catalog.perform(.leave())
        #expect(catalog.service()?.emptySince == catalog.time)
    }

    @Test func aRegistrationInTheSameGroupVoidsThePurge() {
        var catalog = Self.empty()
        catalog.time = Sample.time.advanced(by: .hours(100))
        catalog.perform(.register(), .purgeService(Self.key))
        #expect(catalog.instance() != nil)
    }

    // MARK: Groups

    @Test func oneGroupWritesEachRecordOnce() {
        var catalog = PureCatalog()
        let results = catalog.perform(
            .register("a"), .register("b"), .patch("a") { $0.weight = 5 }, .beat("b", .down), .leave("b"),
            .register("c"))
        #expect(results.map(\.value) == [true, true, false, false, false, true])
        // The service, a and c; b came and went.
        #expect(catalog.lastGroup.writes.count == 3)
        #expect(catalog.lastGroup.writes.allSatisfy { $0.expected == nil })
        #expect(catalog.causes == [.register, .register, .update, .report, .deregister, .register])
        #expect(catalog.instance("a")?.spec.weight == 5)
        #expect(catalog.instance("b") == nil)
        #expect(catalog.state.counts == StateCounts(services: 1, instances: 2, available: 2, up: 2))
    }

    @Test func deletionAndReCreationInOneGroupKeepTheRows() {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 3))
        let service = catalog.service()
        let instance = catalog.instance()
        catalog.time = catalog.time.advanced(by: .seconds(1))
        let results = catalog.perform(
            .leave(), .deleteService(Self.key, ifMatch: nil), .register(incarnation: 3), .register("b"))
        #expect(results.map(\.value) == [false, false, true, true])
        #expect(catalog.causes == [.deregister, .deleteService, .register, .register])
        #expect(catalog.service()?.number == service?.number)
        #expect(catalog.service()?.createdAt == catalog.time)
        #expect(catalog.service()?.revision == Revision(2))
        #expect(catalog.instance()?.number == instance?.number)
        #expect(catalog.instance()?.createdAt == catalog.time)
        #expect(catalog.state.tombstones.isEmpty)
        #expect(catalog.applied.first?.previousRevision == Revision(1))
    }

    @Test func whatCameAndWentWithinAGroupIsNotWritten() {
        var catalog = PureCatalog()
        let results = catalog.perform(.register(), .leave(), .deleteService(Self.key, ifMatch: nil))
        #expect(results.map(\.value) == [true, false, false])
        #expect(catalog.lastGroup.writes.isEmpty)
        #expect(catalog.lastGroup.changes.isEmpty)
        #expect(catalog.service() == nil)
    }

    @Test func aRefusalRestsOnWhatItsGroupWrote() {
        var catalog = PureCatalog()
        let results = catalog.perform(.register(), .deleteService(Self.key, ifMatch: nil))
        #expect(results.map(\.code) == [nil, .conflict])
        #expect(catalog.lastDecisions[1].awaited != AwaitedWrites())
    }

    @Test func decidedAgainItWritesTheServicesRecordIfThatIsBehindWhateverElse() {
        var catalog = PureCatalog()
        catalog.perform(.register())
        #expect(catalog.perform(.register(), again: true)[0].value == false)
        #expect(catalog.lastGroup.writes.count == 1)
        #expect(catalog.service()?.revision == Revision(2))
        #expect(catalog.perform(.patch(ifMatch: Revision(99)) { $0.weight = 100 }, again: true)[0].code == nil)
        catalog.perform(.leave())
        #expect(catalog.perform(.leave(), again: true)[0].code == nil)
        #expect(catalog.service()?.revision == Revision(5))
    }
}
