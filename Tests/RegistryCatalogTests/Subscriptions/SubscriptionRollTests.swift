import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("The list of subscriptions")
struct SubscriptionRollTests {
    private static func subscription(
        _ number: Int64, service: String = "payments", namespace: String = "default", client: String = "web",
        status: Subscription.Status = .active
    ) -> Subscription {
        var subscription = Sample.subscription(
            "s\(number)", number: number, service: ServiceKey(namespace: namespace, name: service))
        subscription.clientID = client
        subscription.progress.status = status
        return subscription
    }

    @Test func itIsInTheOrderOfNumbersWhateverTheOrderOfComing() {
        var roll = SubscriptionRoll()
        for number: Int64 in [5, 2, 9, 7, 1] { roll["s\(number)"] = Self.subscription(number) }
        func numbers(after: Int64 = 0, limit: Int = 10) -> [Int64] {
            roll.list(SubscriptionFilter(), after: after, limit: limit).map(\.number)
        }
        #expect(numbers() == [1, 2, 5, 7, 9])
        #expect(numbers(after: 2, limit: 2) == [5, 7])
        #expect(numbers(after: 3) == [5, 7, 9])
        #expect(numbers(after: 9).isEmpty)
        roll["s5"] = nil
        roll["s4"] = nil
        #expect(numbers() == [1, 2, 7, 9])
        #expect(roll.count == 4)
    }

    @Test func aChangedOneKeepsItsPlaceAndIsCountedOnce() {
        var roll = SubscriptionRoll()
        for number: Int64 in 1...3 { roll["s\(number)"] = Self.subscription(number) }
        roll["s2"] = Self.subscription(2, status: .failed)
        #expect(roll.list(SubscriptionFilter(), after: 0, limit: 10).map(\.number) == [1, 2, 3])
        #expect(roll.count(of: ServiceKey(name: "payments")) == 3)
        #expect(roll.countsByStatus == [.active: 2, .failed: 1])
        roll["s2"] = nil
        #expect(roll.count(of: ServiceKey(name: "payments")) == 2)
    }

    @Test func everyWishHasToBeMet() {
        var roll = SubscriptionRoll()
        roll["s1"] = Self.subscription(1)
        roll["s2"] = Self.subscription(2, namespace: "blue", client: "app")
        roll["s3"] = Self.subscription(3, service: "orders", status: .retrying)
        func found(_ filter: SubscriptionFilter) -> [Int64] { roll.list(filter, after: 0, limit: 10).map(\.number) }
        #expect(found(SubscriptionFilter(namespace: "default")) == [1, 3])
        #expect(found(SubscriptionFilter(service: "payments")) == [1, 2])
        #expect(found(SubscriptionFilter(clientID: "app")) == [2])
        #expect(found(SubscriptionFilter(status: .retrying)) == [3])
        #expect(found(SubscriptionFilter(namespace: "default", service: "payments", status: .retrying)).isEmpty)
    }
}

@Suite("What changed of subscriptions")
struct SubscriptionChangesTests {
    @Test func idsAreGatheredUntilSomebodyLooks() async {
        let changes = SubscriptionChanges(limit: 3)
        changes.note(["a"])
        changes.note(["b", "a"])
        #expect(await changes.next() == .ids(["a", "b"]))
        changes.note(["c"])
        #expect(await changes.next() == .ids(["c"]))
    }

    @Test func moreThanTheLimitIsAll() async {
        let changes = SubscriptionChanges(limit: 3)
        for index in 0..<100 { changes.note(["\(index)"]) }
        #expect(await changes.next() == .all)
        changes.noteAll()
        changes.note(["a"])
        #expect(await changes.next() == .all)
        changes.note(["a"])
        #expect(await changes.next() == .ids(["a"]))
    }

    @Test func theCatalogTellsOfTheLoadAndOfEachCommit() async throws {
        try await withCatalog { live in
            #expect(await live.catalog.subscriptionChanges.next() == .all)
            let request = SubscriptionRequest(service: ServiceKey(name: "payments"), callback: "http://127.0.0.1:9/")
            let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
            let create = SubscriptionCommand(id: "s", service: request.service, .create(request, secret: secret))
            let result = try await live.perform(.subscription(create))
            #expect(result.revision == Revision(1))
            #expect(live.catalog.subscription("s")?.secret == secret)
            #expect(live.catalog.subscriptionCounts == [.active: 1])
            #expect(await live.catalog.subscriptionChanges.next() == .ids(["s"]))
            let remove = SubscriptionCommand(id: "s", service: request.service, .remove)
            _ = try await live.perform(.subscription(remove))
            #expect(live.catalog.subscription("s") == nil)
            #expect(await live.catalog.subscriptionChanges.next() == .ids(["s"]))
        }
    }
}
