import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("The service that delivers")
struct WebhookServiceTests {
    @Test func firstTheSnapshotAtCreationThenEveryChange() async throws {
        try await ServiceHarness.run { harness in
            let first = try await harness.register("a")
            try await harness.subscribe("s")
            try await harness.until { harness.bodies() == ["1:\(first)"] }
            let revision = try await harness.register("b")
            try await harness.until { harness.bodies() == ["1:\(first)", "2:\(revision)"] }
            try await harness.until { harness.progress(of: "s")?.acknowledged == revision }
            #expect(harness.sender.sent.map(\.id) == ["s.1", "s.2"])
            #expect(harness.progress(of: "s")?.sequence == 2)
            #expect(harness.catalog.snapshot(of: ServiceKey(name: "payments"))?.revision == revision, "it stays")
        }
    }

    /// A callback confirms a drain by 2xx, and one that has failed is not waited for.
    @Test func aDrainWaitsUntilTheCallbackHasTakenIt() async throws {
        try await ServiceHarness.run(settings: WebhookSettings(giveUpAfter: .minutes(1))) { harness in
            let key = InstanceKey(service: ServiceKey(name: "payments"), id: "a")
            try await harness.register("a")
            try await harness.subscribe("good", host: "good")
            try await harness.subscribe("bad", host: "bad")
            try await harness.until { !harness.bodies(to: "bad").isEmpty && !harness.bodies(to: "good").isEmpty }
            harness.sender.answer(DeliveryOutcome(status: 500), from: "bad")
            let drain = try await harness.catalog.drain(key, incarnation: nil, actor: "tester")
            try await harness.until { drain.report.confirmed.map(\.id) == ["good"] }
            #expect(!drain.report.isComplete)
            try await harness.until { drain.report.pending.isEmpty && drain.report.delivered.isEmpty }
            #expect(harness.progress(of: "bad")?.status == .failed)
            try await harness.change("bad", .revive)
            harness.sender.answer(DeliveryOutcome(status: 200), from: "bad")
            try await harness.until {
                harness.catalog.subscribers.subscribers(of: key.service).map(\.id).sorted() == ["bad", "good"]
            }
        }
    }

    @Test func aServiceThatComesLaterIsFirstDeliveredAsAbsent() async throws {
        try await ServiceHarness.run { harness in
            try await harness.subscribe("s")
            try await harness.until { harness.bodies() == ["1:0"] }
            try await harness.until { harness.progress(of: "s")?.acknowledged == .zero }
            let revision = try await harness.register("a")
            try await harness.until { harness.bodies() == ["1:0", "2:\(revision)"] }
        }
    }

    @Test func aReceiverThatRefusesIsRetriedWithTheNewestAndTheOthersAreNotDelayed() async throws {
        try await ServiceHarness.run { harness in
            harness.sender.answer(DeliveryOutcome(status: 500), from: "bad")
            try await harness.subscribe("bad", host: "bad")
            try await harness.subscribe("good", host: "good")
            try await harness.until { harness.progress(of: "bad")?.status == .retrying }
            var newest = Revision.zero
            for index in 0..<20 {
                newest = try await harness.register("i\(index)")
                try await harness.until { harness.bodies(to: "good").last?.hasSuffix(":\(newest)") == true }
            }
            let missed = harness.bodies(to: "bad").count
            #expect(missed < 10, "it waits between tries")
            harness.sender.answer(DeliveryOutcome(status: 200), from: "bad")
            try await harness.until { harness.progress(of: "bad")?.acknowledged == newest }
            let progress = try #require(harness.progress(of: "bad"))
            #expect(progress.status == .active && progress.error.isEmpty && progress.retryCount == 0)
        }
    }

    @Test func hangingReceiversHoldTheirShareOnlyAndOthersAreServed() async throws {
        try await ServiceHarness.run(settings: WebhookSettings(concurrency: 8)) { harness in
            harness.sender.hang("slow")
            for index in 0..<20 { try await harness.subscribe("slow\(index)", host: "slow") }
            for index in 0..<20 { try await harness.subscribe("quick\(index)", host: "q\(index)") }
            try await harness.until { (0..<20).allSatisfy { harness.bodies(to: "q\($0)").count == 1 } }
            #expect(harness.bodies(to: "slow").count <= 3, "one at a time, 10 s each")
            let revision = try await harness.register("a")
            try await harness.until {
                (0..<20).allSatisfy { harness.bodies(to: "q\($0)").last == "2:\(revision)" }
            }
            #expect(harness.sender.mostAtOnce <= 8)
        }
    }

    @Test func whoWantsNoMoreIsLeftInPeaceUntilRevived() async throws {
        try await ServiceHarness.run { harness in
            harness.sender.answer(DeliveryOutcome(status: 410), from: "a")
            try await harness.subscribe("s")
            try await harness.until { harness.progress(of: "s")?.status == .failed }
            let revision = try await harness.register("a")
            try await harness.subscribe("other", host: "b")
            try await harness.until { harness.bodies(to: "b").count == 1 }
            #expect(harness.bodies().count == 1)
            harness.sender.answer(DeliveryOutcome(status: 200), from: "a")
            try await harness.change("s", .revive)
            #expect(harness.progress(of: "s")?.status == .active)
            try await harness.until { harness.progress(of: "s")?.acknowledged == revision }
        }
    }

    @Test func whatIsRemovedIsSentNothingMore() async throws {
        try await ServiceHarness.run { harness in
            try await harness.subscribe("s")
            try await harness.subscribe("other", host: "b")
            try await harness.until { harness.sender.sent.count == 2 }
            try await harness.change("s", .remove)
            let revision = try await harness.register("a")
            try await harness.until { harness.bodies(to: "b").last == "2:\(revision)" }
            #expect(harness.bodies() == ["1:0"])
        }
    }

    @Test func aRestartGoesOnFromTheAcknowledgedRevision() async throws {
        let store = InMemoryStore()
        try await ServiceHarness.run(store: store) { harness in
            try await harness.register("a")
            try await harness.subscribe("rests")
            try await harness.subscribe("hangs", host: "b")
            try await harness.until { harness.sender.sent.count == 2 }
            harness.sender.hang("b")
            try await harness.change("rests", .revive)
            try await harness.register("b")
            try await harness.until { harness.sender.sent.count == 4 }
            // The stop commits what was taken and breaks off what hangs.
        }
        try await ServiceHarness.run(store: store.reopened()) { harness in
            try await harness.until { harness.bodies(to: "b").count == 1 }
            let sent = try #require(harness.sender.sent.first)
            let revision = try #require(harness.catalog.snapshot(of: ServiceKey(name: "payments"))?.revision)
            #expect(sent.body.hasSuffix(":\(revision)"))
            #expect(sent.id.split(separator: ".").last.flatMap { Int($0) } ?? 0 > 2, "a number that was never used")
            #expect(harness.bodies(to: "a").isEmpty, "what was taken is not sent again")
        }
    }

    @Test func aBodyOverTheLimitIsNotSent() async throws {
        try await ServiceHarness.run(settings: WebhookSettings(bodyLimit: 3)) { harness in
            try await harness.subscribe("s")
            try await harness.until { harness.bodies() == ["1:0"] }
            var last = Revision.zero
            for index in 0..<12 { last = try await harness.register("i\(index)") }
            #expect(last.rawValue > 9)
            try await harness.until { harness.progress(of: "s")?.error.contains("at most 3 are sent") == true }
        }
    }
}
