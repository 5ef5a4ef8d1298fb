import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct SupersedeTests {
    /// Every registration here is at the same address unless it says otherwise.
    private static func catalog(_ commands: Command...) -> PureCatalog {
        var catalog = PureCatalog()
        for command in commands { catalog.perform(command) }
        return catalog
    }

    @Test func theLaterProcessStays() throws {
        var catalog = Self.catalog(.register("old", in: "orders", incarnation: 5))
        catalog.perform(.register("new", incarnation: 6))
        #expect(catalog.instance("old", in: "orders") == nil)
        #expect(catalog.instance("new") != nil)
        #expect(catalog.causes == [.register, .superseded])
        let change = try #require(catalog.lastGroup.changes.last?.change)
        #expect(change.service.name == "orders" && change.instance == "old" && change.actor == "tester")
        #expect(change.detail == "127.0.0.11:8080 is default/payments/new now, incarnation 6 after 5")
        let tombstone = try #require(catalog.state.tombstones[InstanceKey("old", in: "orders")])
        #expect(tombstone.incarnation == 5 && tombstone.cause == .superseded)
        #expect(catalog.service("orders")?.emptySince == catalog.time)
    }

    @Test(arguments: [
        (5 as Int64?, 5 as Int64?), (6, 5), (nil, 5), (5, nil), (nil, nil),
    ])
    func otherwiseBothStay(old: Int64?, new: Int64?) {
        let catalog = Self.catalog(.register("old", incarnation: old), .register("new", incarnation: new))
        #expect(catalog.instance("old") != nil && catalog.instance("new") != nil)
    }

    @Test func otherAddressesAndNamespacesAreOthers() {
        var catalog = Self.catalog(
            .register("host", incarnation: 1) { $0.host = "127.0.0.12" },
            .register("port", incarnation: 1) { $0.port = 8081 }, .register("case", incarnation: 1) { $0.host = "A" })
        let elsewhere = Sample.registration(namespace: "blue", id: "blue", spec: Sample.spec(), incarnation: 1)
        catalog.perform(.register(elsewhere))
        catalog.perform(.register("new", incarnation: 9), .register("small", incarnation: 9) { $0.host = "a" })
        #expect(catalog.state.counts.instances == 6)
    }

    @Test func whoMovesLeavesNoGhostBehind() {
        var catalog = Self.catalog(
            .register("old", incarnation: 1), .register("old", incarnation: 1) { $0.port = 9 })
        catalog.perform(.register("new", incarnation: 2))
        #expect(catalog.instance("old")?.spec.port == 9)
        catalog.perform(.register("new", incarnation: 2) { $0.port = 9 })
        #expect(catalog.instance("old") == nil)
    }

    @Test func inOneGroupTheLastOneStays() {
        var catalog = PureCatalog()
        catalog.perform(
            .register("a", incarnation: 1), .register("b", in: "orders", incarnation: 2),
            .register("c", incarnation: 3), .register("late", incarnation: 2))
        #expect(catalog.instance("a") == nil && catalog.instance("b", in: "orders") == nil)
        #expect(catalog.instance("c") != nil && catalog.instance("late") != nil)
        #expect(catalog.state.tombstones.count == 2)
    }

    @Test func whoLeftOrMovedInTheGroupIsNoGhost() {
        var catalog = Self.catalog(.register("left", incarnation: 1), .register("moved", incarnation: 1))
        catalog.perform(
            .leave("left"), .register("moved", incarnation: 1) { $0.port = 9 }, .register("new", incarnation: 2))
        #expect(catalog.causes == [.deregister, .register, .register])
        #expect(catalog.instance("moved") != nil)
    }

    @Test func alsoAnIdenticalRegistrationLooks() {
        // The ghost comes back while the later one is there: it is the earlier process and may, until that is heard again.
        var catalog = Self.catalog(.register("new", incarnation: 2), .register("old", incarnation: 1))
        #expect(catalog.instance("old") != nil)
        catalog.perform(.register("new", incarnation: 2))
        #expect(catalog.causes == [.superseded])
        #expect(catalog.instance("old") == nil)
        // After a conflict that met the ghost alone, too.
        catalog.perform(.register("old", in: "orders", incarnation: 1))
        catalog.perform(.register("new", incarnation: 2), again: true)
        #expect(catalog.instance("old", in: "orders") == nil)
    }

    @Test func theAnswerRestsOnTheRemoval() {
        var catalog = Self.catalog(.register("old", in: "orders", incarnation: 5))
        catalog.perform(.register("new", incarnation: 6))
        let awaited = Set(catalog.lastDecisions[0].awaited.all)
        #expect(awaited == Set(catalog.lastGroup.writes.indices))
    }

    @Test func aConflictOnTheGhostsServiceAloneIsMadeUpFor() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            try await live.register("old", in: "orders", incarnation: 1)
            try await live.register("stays", in: "orders") { $0.port = 9 }
            live.store.plan(
                .conflict { write in
                    if case .service(let key, _, _) = write.record { key.name == "orders" } else { false }
                })
            let result = try await live.register("new", incarnation: 2)
            #expect(result.created && result.revision == Revision(4))
            #expect(live.catalog.snapshot(of: ServiceKey(name: "orders"))?.revision == Revision(4))
        }
        #expect(store.contents.services.map(\.revision) == [Revision(4), Revision(4)])
    }

    @Test func itsOverrideWaitsForIt() {
        var catalog = Self.catalog(.register("old", incarnation: 5))
        let key = OverrideKey(InstanceKey("old"))
        catalog.perform(.putOverride(key, OverrideRequest(weight: 1)))
        catalog.perform(.register("new", incarnation: 6))
        #expect(catalog.state.overrides[key]?.absentSince == catalog.time)
    }

    @Test func whoSharesAnAddressIsTold() async throws {
        try await withCatalog { live in
            try await live.register("a", incarnation: 1)
            try await live.register("b", in: "orders", incarnation: 1)
            try await live.register("c") { $0.port = 9 }
            #expect(live.catalog.addressShared(with: InstanceKey("a")) == [InstanceKey("b", in: "orders")])
            #expect(live.catalog.addressShared(with: InstanceKey("c")).isEmpty)
            #expect(live.catalog.addressShared(with: InstanceKey("nobody")).isEmpty)
            _ = try await live.perform(.leave("a"))
            #expect(live.catalog.addressShared(with: InstanceKey("b", in: "orders")).isEmpty)
        }
    }

    @Test func aConflictOnTheGhostAloneIsDecidedAgain() async throws {
        try await withCatalog { live in
            try await live.register("old", in: "orders", incarnation: 1)
            live.store.plan(
                .conflict { write in
                    if case .instance(let key, _, _, _) = write.record { key.id == "old" } else { false }
                })
            let result = try await live.register("new", incarnation: 2)
            #expect(result.created)
            #expect(live.record("old", in: "orders") == nil && live.record("new") != nil)
        }
    }

    @Test func aRestartKnowsWhoIsWhere() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            for index in 0..<100 {
                try await live.register("i\(index)", incarnation: 1) { $0.port = UInt16(1 + index) }
            }
        }
        try await withCatalog(store: store.reopened()) { live in
            try await live.register("new", in: "orders", incarnation: 2) { $0.port = 50 }
            #expect(live.record("i49") == nil && live.record("i50") != nil)
        }
    }
}
