import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What this node lacks may have come about at another one a moment ago: it is asked for before anything is refused for that.
@Suite("Refusals where other nodes may know better")
struct SharedRefusalTests {
    private static let payments = ServiceKey(name: "payments")
    private let link = FakeClusterLink()

    /// Another node has committed a record, of which this one hears when it asks.
    private static func commitsElsewhere(_ live: LiveCatalog, _ write: Write) {
        live.shared?.whenAsked {
            live.shared?.whenAsked(nil)
            _ = await live.store.commit(CommitGroup(time: Sample.time, writes: [write]))
        }
    }

    @Test("A decision that another node took is lifted")
    func override() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let key = OverrideKey(InstanceKey("a"))
            Self.commitsElsewhere(live, Write(.override(key, number: 7, Sample.override(number: 7)), expected: nil))
            _ = try await live.perform(.liftOverride(key))
            #expect(live.catalog.override(of: key) == nil)
            #expect(try await live.history().map(\.cause) == [.register, .liftOverride])
            #expect(await code { _ = try await live.perform(.liftOverride(key)) } == .unknownOverride)
        }
    }

    @Test("A subscription that another node took is removed")
    func subscription() async throws {
        try await withCatalog(link: self.link) { live in
            let subscription = Sample.subscription("s", number: 7)
            Self.commitsElsewhere(live, Write(.subscription("s", number: 7, subscription), expected: nil))
            let remove = Command.subscription(SubscriptionCommand(id: "s", service: Self.payments, .remove))
            _ = try await live.perform(remove)
            #expect(live.catalog.subscription("s") == nil)
            #expect(await code { _ = try await live.perform(remove) } == .unknownSubscription)
        }
    }

    @Test("What was read at another node is still as it was read there")
    func precondition() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let service = try #require(live.store.contents.services.first)
            Self.commitsElsewhere(
                live, Write(.service(service.key, number: service.number, service), expected: service.revision))
            var patch = ServicePatch()
            patch.type = .some("http")
            let read = Revision(service.revision.rawValue + 1)
            _ = try await live.perform(.updateService(Self.payments, patch, ifMatch: read))
            #expect(live.catalog.snapshot(of: Self.payments)?.service.type == "http")
            #expect(
                await code { _ = try await live.perform(.updateService(Self.payments, patch, ifMatch: read)) }
                    == .preconditionFailed)
        }
    }

    @Test("Nothing is refused for what is not there while the store does not say what is newest")
    func away() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            live.store.outage = StoreError(.unavailable, "the store is away")
            let key = OverrideKey(InstanceKey("a"))
            #expect(await code { _ = try await live.perform(.liftOverride(key)) } == .storeUnavailable)
        }
    }
}
