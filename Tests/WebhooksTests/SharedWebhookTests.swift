import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("Deliveries where several nodes could make them")
struct SharedWebhookTests {
    private static let payments = ServiceKey(name: "payments")

    /// Another node's progress, committed as it does it.
    private static func commit(_ progress: DeliveryProgress, of id: String, _ store: InMemoryStore) async {
        guard var subscription = store.contents.subscriptions.first(where: { $0.id == id }) else { return }
        let expected = subscription.revision
        subscription.progress = progress
        let write = Write(.subscription(id, number: subscription.number, subscription), expected: expected)
        _ = await store.commit(CommitGroup(time: Sample.time, writes: [write]))
    }

    private static func member(_ id: UInt64) -> Member {
        Member(id: id, node: "n\(id)", address: "127.0.0.9:1", version: "1", schema: 1, startedAt: Sample.time)
    }

    @Test func theFirstInRankClaimsASubscriptionBeforeItDelivers() async throws {
        let store = InMemoryStore()
        try await ServiceHarness.run(store: store, link: FakeClusterLink()) { harness in
            try await harness.subscribe("s")
            try await harness.until { !harness.bodies().isEmpty }
            let notes = store.groups.dropFirst().flatMap(\.writes).compactMap { write -> Int64? in
                guard case .subscription(_, _, let value?) = write.record else { return nil }
                return value.progress.sequence
            }
            #expect(notes.first == 1, "the claim is a number of its own")
            #expect(harness.bodies() == ["2:0"])
        }
    }

    @Test func whoIsNotFirstInRankDeliversNothingAndIsNoSubscribersNode() async throws {
        let link = FakeClusterLink()
        link.setRank(1, for: Self.payments)
        let store = InMemoryStore()
        try await ServiceHarness.run(store: store, link: link) { harness in
            try await harness.subscribe("other")
            try await harness.subscribe("own", to: "orders", host: "b")
            try await harness.until { harness.bodies(to: "b").count == 1 }
            try await harness.register("a")
            try await harness.register("a", in: "orders")
            try await harness.until { harness.bodies(to: "b").count == 2 }
            #expect(harness.bodies().isEmpty)
            #expect(harness.catalog.subscribers.subscribers(of: Self.payments).isEmpty)
            #expect(harness.progress(of: "other") == DeliveryProgress())
        }
    }

    @Test func itTakesOverWhatBecomesItsOwnBehindAllNumbersThatMayBeUsedAndLetsGo() async throws {
        let link = FakeClusterLink()
        link.rank = 1
        let store = InMemoryStore()
        try await ServiceHarness.run(store: store, link: link) { harness in
            let revision = try await harness.register("a")
            try await harness.subscribe("taken")
            try await harness.subscribe("open", host: "b")
            await Self.commit(DeliveryProgress(acknowledged: revision, sequence: 7), of: "taken", store)
            await Self.commit(DeliveryProgress(acknowledged: .zero, sequence: 40), of: "open", store)
            link.rank = 0
            store.tell([.left(2)])
            try await harness.until { harness.bodies(to: "b").count == 1 }
            let sequence = try #require(harness.sender.sent.last?.id.split(separator: ".").last.flatMap { Int64($0) })
            #expect(sequence > 40 + DeliveryState.numberLead)
            #expect(harness.bodies(to: "a").isEmpty, "what was taken is neither sent nor claimed")
            #expect(harness.progress(of: "taken")?.sequence == 7)
            #expect(harness.catalog.subscribers.subscribers(of: Self.payments).count == 2)

            link.rank = 1
            store.tell([.joined(Self.member(2))])
            try await harness.until { harness.catalog.subscribers.subscribers(of: Self.payments).isEmpty }
            let sent = harness.sender.sent.count
            try await harness.register("b")
            try await harness.register("c")
            for _ in 0..<40 { harness.clock.advance(by: .milliseconds(50)) }
            #expect(harness.sender.sent.count == sent)
        }
    }

    @Test func aClaimOfAnotherIsSeenAndTheNumbersFromBeforeAreNotUsedAgain() async throws {
        let store = InMemoryStore()
        try await ServiceHarness.run(store: store, link: FakeClusterLink()) { harness in
            try await harness.subscribe("s")
            try await harness.until { harness.progress(of: "s")?.acknowledged == .zero }
            await Self.commit(DeliveryProgress(acknowledged: .zero, sequence: 103), of: "s", store)
            try await harness.until { harness.progress(of: "s")?.sequence == 103 }
            // By its own view it is still the first in rank: then the other was not, and it claims it back.
            try await harness.register("a")
            try await harness.until { harness.bodies().count == 2 }
            #expect(harness.sender.sent.last?.id == "s.\(103 + DeliveryState.numberLead + 2)")
        }
    }
}
