import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

extension Command {
    fileprivate static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    fileprivate static func subscribe(
        _ id: String, to service: String = "payments", callback: String = "http://127.0.0.1:9/"
    ) -> Command {
        let request = SubscriptionRequest(
            service: ServiceKey(name: service), clientID: "web", callback: callback, metadata: ["a": "b"])
        return .subscription(
            SubscriptionCommand(id: id, service: request.service, .create(request, secret: Self.secret)))
    }

    fileprivate static func change(_ id: String, _ action: SubscriptionCommand.Action) -> Command {
        .subscription(SubscriptionCommand(id: id, service: ServiceKey(name: "payments"), action))
    }
}

@Suite("Subscriptions are decided")
struct SubscriptionCommandTests {
    @Test func oneIsMadeAndTouchesNoService() {
        var catalog = PureCatalog()
        catalog.perform(.register())
        let before = catalog.service()?.revision
        #expect(catalog.perform(.subscribe("s"))[0].code == nil)
        let made = catalog.state.subscriptions["s"]
        #expect(made?.service == ServiceKey(name: "payments"))
        #expect(made?.clientID == "web")
        #expect(made?.metadata == ["a": "b"])
        #expect(made?.progress == DeliveryProgress())
        #expect(made?.createdAt == catalog.time)
        #expect(made?.revision == Revision(2))
        #expect(catalog.lastGroup.writes.count == 1)
        #expect(catalog.applied.isEmpty)
        #expect(catalog.service()?.revision == before)
        #expect(catalog.state.revision == Revision(2))
        #expect(
            catalog.lastDecisions[0].awaited
                == {
                    var awaited = AwaitedWrites()
                    awaited.others = [0]
                    return awaited
                }())
    }

    @Test func itsAnswerRestsOnItsOwnWriteAlone() {
        var catalog = PureCatalog()
        catalog.perform(.register(), .subscribe("s"), .subscribe("t"))
        #expect(catalog.lastDecisions[1].awaited.service == nil)
        #expect(catalog.lastDecisions[1].awaited.others.count == 1)
        #expect(catalog.lastDecisions[2].awaited.others != catalog.lastDecisions[1].awaited.others)
    }

    @Test func whatIsRemovedIsGoneAndRevivedOrRemovedNoMore() {
        var catalog = PureCatalog()
        catalog.perform(.subscribe("s"))
        #expect(catalog.perform(.change("s", .remove))[0].code == nil)
        #expect(catalog.state.subscriptions["s"] == nil)
        #expect(catalog.perform(.change("s", .remove))[0].code == .unknownSubscription)
        #expect(catalog.perform(.change("s", .revive))[0].code == .unknownSubscription)
        #expect(
            catalog.perform(.change("s", .note(DeliveryProgress(sequence: 1), revivals: 0, after: 0)))[0].code == nil)
        #expect(catalog.lastGroup.writes.isEmpty, "a note on what is gone is void")
    }

    @Test func withinOneGroupEachSeesWhatTheEarlierDid() {
        var catalog = PureCatalog()
        let results = catalog.perform(
            .subscribe("s"), .change("s", .revive), .subscribe("s"), .change("s", .remove), .change("s", .revive))
        #expect(results.map(\.code) == [nil, nil, .conflict, nil, .unknownSubscription])
        #expect(catalog.state.subscriptions["s"] == nil)
    }

    @Test func progressIsTakenOverButNeverGoesBack() {
        var catalog = PureCatalog()
        catalog.perform(.subscribe("s"))
        let progress = DeliveryProgress(
            status: .retrying, acknowledged: Revision(4), sequence: 7, lastNotify: Sample.time, error: "why",
            retryCount: 2, failingSince: Sample.time)
        catalog.time = Sample.time.advanced(by: .seconds(3))
        catalog.perform(.change("s", .note(progress, revivals: 0, after: 0)))
        #expect(catalog.state.subscriptions["s"]?.progress == progress)
        #expect(catalog.state.subscriptions["s"]?.updatedAt == catalog.time)
        catalog.perform(.change("s", .note(progress, revivals: 0, after: 7)))
        #expect(catalog.lastGroup.writes.isEmpty, "the same again writes nothing")
        catalog.perform(.change("s", .note(DeliveryProgress(sequence: 6), revivals: 0, after: 7)))
        #expect(catalog.state.subscriptions["s"]?.progress == progress)
    }

    /// Two that claim it from the same number: the second has not seen the first, and gets nothing, even if it says the same.
    @Test func whoDoesNotKnowTheCommittedNumberIsRefused() {
        var catalog = PureCatalog()
        catalog.perform(.subscribe("s"))
        let claim = Command.change("s", .note(DeliveryProgress(sequence: 101), revivals: 0, after: 0))
        #expect(catalog.perform(claim, claim).map(\.code) == [nil, .preconditionFailed])
        #expect(catalog.perform(claim, again: true)[0].code == .preconditionFailed)
        let late = Command.change("s", .note(DeliveryProgress(sequence: 40), revivals: 0, after: 0))
        #expect(catalog.perform(late)[0].code == .preconditionFailed)
        #expect(catalog.state.subscriptions["s"]?.progress.sequence == 101)
    }

    @Test func revivedItIsActiveAndNotesFromBeforeAreRefused() {
        var catalog = PureCatalog()
        catalog.perform(.subscribe("s"))
        let failed = DeliveryProgress(
            status: .failed, acknowledged: Revision(4), sequence: 7, error: "why", retryCount: 9,
            failingSince: Sample.time)
        catalog.perform(.change("s", .note(failed, revivals: 0, after: 0)))
        catalog.perform(.change("s", .revive))
        let revived = catalog.state.subscriptions["s"]
        #expect(revived?.revivals == 1)
        #expect(revived?.progress == DeliveryProgress(acknowledged: Revision(4), sequence: 7))
        let late = catalog.perform(.change("s", .note(failed, revivals: 0, after: 7)))
        #expect(late[0].code == .preconditionFailed)
        #expect(catalog.state.subscriptions["s"]?.progress.status == .active)
        catalog.perform(.change("s", .note(failed, revivals: 1, after: 7)))
        #expect(catalog.state.subscriptions["s"]?.progress.status == .failed)
    }

    @Test func decidedAgainAfterAConflictItIsTheSame() {
        var catalog = PureCatalog()
        catalog.perform(.subscribe("s"))
        #expect(catalog.perform(.subscribe("s"), again: true)[0].code == nil)
        #expect(catalog.lastGroup.writes.isEmpty)
        catalog.perform(.change("s", .remove))
        #expect(catalog.perform(.change("s", .remove), again: true)[0].code == nil)
    }

    @Test func howManyThereMayBeHoldsWithinAGroupAndAcross() {
        var catalog = PureCatalog()
        catalog.settings.maximumSubscriptions = 3
        catalog.settings.maximumSubscriptionsPerService = 2
        let codes = catalog.perform(
            .subscribe("1", to: "a"), .subscribe("2", to: "a"), .subscribe("3", to: "a"), .subscribe("4", to: "b"),
            .subscribe("5", to: "c")
        ).map(\.code)
        #expect(codes == [nil, nil, .tooManySubscriptions, nil, .tooManySubscriptions])
        #expect(catalog.perform(.subscribe("6", to: "c"))[0].code == .tooManySubscriptions)
        let remove = SubscriptionCommand(id: "1", service: ServiceKey(name: "a"), .remove)
        let codesAfter = catalog.perform(.subscription(remove), .subscribe("7", to: "a"), .subscribe("8", to: "b"))
            .map(\.code)
        #expect(codesAfter == [nil, nil, .tooManySubscriptions])
        #expect(catalog.state.subscriptions.count == 3)
        #expect(catalog.state.subscriptions.count(of: ServiceKey(name: "a")) == 2)
    }

    @Test func fieldsAtFaultAreToldBeforeItTakesAnybodysTime() {
        #expect(Command.subscribe("s").fault == nil)
        #expect(Command.subscribe("s", callback: "ftp://a").fault?.fields.map(\.field) == ["callback"])
        #expect(Command.subscribe("s", to: "").fault?.fields.map(\.field) == ["service_name"])
    }
}
