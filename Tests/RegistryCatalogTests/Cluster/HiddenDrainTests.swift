import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Drains that a node cannot name to the others")
struct HiddenDrainTests {
    private let link = FakeClusterLink()
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")

    /// What the store of a catalogue holds, with each service at a later revision and some instances gone: drained, and deregistered then.
    private func later(_ live: LiveCatalog, _ revision: Int64, of services: [ServiceKey]) async throws -> StoredCatalog
    {
        var stored = try await live.store.load()
        stored.revision = Revision(revision)
        for index in stored.services.indices where services.contains(stored.services[index].key) {
            stored.services[index].revision = Revision(revision)
            stored.instances.removeAll { $0.service == stored.services[index].number }
        }
        return stored
    }

    @Test("What was read anew may hide one: there may be more until those who read the service have taken it over")
    func reload() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let ticket = live.catalog.subscribers.begin(
                webhook: "s", client: "web", of: Self.payments, confirmed: Revision(1))
            live.store.tellEverything(try await self.later(live, 5, of: [Self.payments]))
            try await eventually { self.link.basis?.applied == Revision(5) }
            #expect(live.catalog.pendingDrains(limit: 9).drains == [])
            #expect(live.catalog.pendingDrains(limit: 9).hasMore)
            ticket.confirm(Revision(4))
            #expect(live.catalog.pendingDrains(limit: 9).hasMore)
            ticket.confirm(Revision(5))
            #expect(!live.catalog.pendingDrains(limit: 9).hasMore)
        }
    }

    @Test("A service that is gone with what was read anew hides one too")
    func goneService() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let ticket = live.catalog.subscribers.begin(
                webhook: "s", client: "web", of: Self.payments, confirmed: Revision(1))
            live.store.tellEverything(
                StoredCatalog(
                    registryID: "r", revision: Revision(5), services: [], instances: [], tombstones: [], nextNumber: 9))
            try await eventually { self.link.basis?.applied == Revision(5) }
            #expect(live.catalog.pendingDrains(limit: 9).hasMore)
            ticket.end()
            #expect(!live.catalog.pendingDrains(limit: 9).hasMore)
        }
    }

    @Test("What is loaded in place of a snapshot hides one from those who read that")
    func snapshot() async throws {
        let store = InMemoryStore()
        let shown = try await withCatalog(store: store) { live in
            try await live.register("a")
            let shown = live.store.contents
            _ = try await live.perform(.drain(InstanceKey("a"), incarnation: nil))
            return shown
        }
        let catalog = Catalog(
            store: InMemoryClusterStore(store.reopened(), of: self.link), clock: ManualClock(), link: self.link)
        catalog.show(shown, from: .file, age: .zero)
        let ticket = catalog.subscribers.begin(
            webhook: "s", client: "web", of: Self.payments, confirmed: Revision(1))
        try await catalog.load()
        #expect(catalog.pendingDrains(limit: 9).hasMore)
        ticket.confirm(Revision(2))
        #expect(!catalog.pendingDrains(limit: 9).hasMore)
    }

    @Test("What is as it was hides none, nor does a service that nobody reads")
    func unchanged() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            try await live.register("b", in: "orders")
            // It has confirmed nothing yet, so that any drain would be waited for.
            let ticket = live.catalog.subscribers.begin(
                webhook: "s", client: "web", of: Self.payments, confirmed: nil)
            live.store.tellEverything(try await self.later(live, 5, of: [Self.orders]))
            try await eventually { self.link.basis?.applied == Revision(5) }
            #expect(live.catalog.snapshot(of: Self.orders)?.revision == Revision(5))
            #expect(!live.catalog.pendingDrains(limit: 9).hasMore)
            ticket.end()
        }
    }

    @Test("Two of one service in one commit are pending until everybody whom either concerns has taken them over")
    func together() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a") { $0.tags = ["blue"] }
            try await live.register("b") { $0.tags = ["green"] }
            let tickets = ["blue", "green"].map { tag in
                let watch = live.catalog.watch(.services([Self.payments]), from: Revision(2))
                return live.catalog.subscribers.begin(
                    watch, ReaderName(client: tag, address: "127.0.0.5"), where: InstanceFilter(tags: [tag]),
                    resumed: Revision(2))
            }
            let keys = [InstanceKey("a"), InstanceKey("b")]
            let results = await live.catalog.perform(keys.map { .drain($0, incarnation: nil) }, actor: "tester")
            let revision = try #require(try results.last?.get().revision)
            try #require(try results.first?.get().revision == revision)
            let drain = Digest.PendingDrain(service: Self.payments, revision: revision)
            try await eventually { live.catalog.pendingDrains(limit: 9).drains == [drain] }
            live.catalog.subscribers.confirm(tickets[1].id, revision)
            #expect(live.catalog.pendingDrains(limit: 9).drains == [drain], "blue has not")
            live.catalog.subscribers.confirm(tickets[0].id, revision)
            #expect(live.catalog.pendingDrains(limit: 9).drains == [])
            for ticket in tickets { ticket.end() }
        }
    }
}
