import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("What a node says of drains to the others")
struct SharedDrainTests {
    private let link = FakeClusterLink()
    private static let payments = ServiceKey(name: "payments")

    private func callback(_ live: LiveCatalog, confirmed: Revision? = nil) -> SubscriberTicket {
        live.catalog.subscribers.begin(webhook: "s", client: "web", of: Self.payments, confirmed: confirmed)
    }

    @Test("It is pending until those who read here have taken it over, whoever drains")
    func pending() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let ticket = self.callback(live, confirmed: Revision(1))
            // Another node's: only the commit comes here.
            let result = try await live.perform(.drain(InstanceKey("a"), incarnation: nil))
            let drain = Digest.PendingDrain(service: Self.payments, revision: result.revision)
            try await eventually { live.catalog.pendingDrains(limit: 9).drains == [drain] }
            #expect(!live.catalog.pendingDrains(limit: 9).hasMore)
            ticket.confirm(result.revision)
            #expect(live.catalog.pendingDrains(limit: 9).drains == [])
        }
    }

    @Test("Where nobody reads nothing is pending")
    func nobody() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            _ = try await live.perform(.drain(InstanceKey("a"), incarnation: nil))
            try await live.register("b")
            #expect(live.catalog.pendingDrains(limit: 9).drains == [])
        }
    }

    @Test("More than fit are said to be more, until none is left")
    func more() async throws {
        try await withCatalog(link: self.link) { live in
            for id in ["a", "b", "c"] { try await live.register(id) }
            let ticket = self.callback(live, confirmed: Revision(3))
            var newest = Revision.zero
            for id in ["a", "b", "c"] {
                newest = try await live.perform(.drain(InstanceKey(id), incarnation: nil)).revision
            }
            try await eventually { live.catalog.pendingDrains(limit: 3).drains.count == 3 }
            #expect(live.catalog.pendingDrains(limit: 2).drains.count == 2)
            #expect(live.catalog.pendingDrains(limit: 2).hasMore)
            #expect(!live.catalog.pendingDrains(limit: 3).hasMore)
            ticket.confirm(newest)
            let none = live.catalog.pendingDrains(limit: 2)
            #expect(none.drains.isEmpty && !none.hasMore)
        }
    }

    @Test("One that is older than anybody waits for is not said any more")
    func old() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", ttl: .never)
            let ticket = self.callback(live, confirmed: Revision(1))
            _ = try await live.perform(.drain(InstanceKey("a"), incarnation: nil))
            try await eventually { live.catalog.pendingDrains(limit: 9).drains.count == 1 }
            try await live.advance(by: .minutes(16), step: .seconds(1))
            #expect(live.catalog.pendingDrains(limit: 9).drains.isEmpty)
            ticket.end()
        }
    }

    @Test("A drain waits for those who read here once, and for the other nodes")
    func drain() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", ttl: .never)
            let ticket = self.callback(live, confirmed: Revision(1))
            self.link.nodes = [DrainReport.Node(name: "other", standing: .pending)]
            let drain = try await live.catalog.drain(InstanceKey("a"), incarnation: nil, actor: "tester")
            #expect(drain.report.pending.map(\.id) == ["s"])
            ticket.confirm(drain.revision)
            #expect(drain.report.confirmed.map(\.id) == ["s"])
            #expect(!drain.report.isComplete, "the other node has not said so")
            self.link.nodes = [DrainReport.Node(name: "other", standing: .unknown)]
            #expect(!drain.report.isComplete, "nobody knows what those who read there know")
            self.link.nodes = [DrainReport.Node(name: "other", standing: .informed)]
            #expect(drain.report.isComplete)
        }
    }
}
