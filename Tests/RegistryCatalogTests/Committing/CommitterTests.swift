import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct CommitterTests {
    private static let away = StoreError(.unavailable, "the disk is gone")

    @Test func anAnswerComesWhenItIsVisible() async throws {
        try await withCatalog { live in
            let result = try await live.register()
            #expect(result.created)
            #expect(result.revision == Revision(1))
            #expect(result.instance?.id == "a")
            #expect(live.catalog.appliedRevision == Revision(1))
            #expect(live.catalog.snapshot(of: ServiceKey(name: "payments"))?.revision == Revision(1))
            #expect(try await live.register().revision == Revision(1))
        }
    }

    @Test func whatWaitsGoesIntoOneCommit() async throws {
        try await withCatalog { live in
            live.store.hold()
            try await withThrowingTaskGroup(of: CommandResult.self) { group in
                group.addTask { try await live.register("first") }
                await live.store.waitForHeld()
                for index in 0..<20 { group.addTask { try await live.register("i\(index)") } }
                try await eventually { live.catalog.counts.queuedCommands == 20 }
                live.store.release()
                var revisions: [Revision: Int] = [:]
                for try await result in group { revisions[result.revision, default: 0] += 1 }
                #expect(revisions == [Revision(1): 1, Revision(2): 20])
            }
            #expect(live.store.groups.map(\.writes.count) == [2, 21])
            #expect(live.catalog.counts.commits == 2)
        }
    }

    @Test func itemsOfABatchAreIndependentAndInOrder() async throws {
        try await withCatalog { live in
            let results = await live.catalog.perform(
                [.register("a"), .register("b") { $0.port = 0 }, .leave("z"), .patch("a") { $0.weight = 9 }],
                actor: "tester")
            #expect(results.map(\.code) == [nil, .invalid, .unknownInstance, nil])
            #expect(live.record()?.instance.spec.weight == 9)
            #expect(live.store.groups.count == 1)
            let none = await live.catalog.perform([], actor: "tester")
            #expect(none.isEmpty)
        }
    }

    // MARK: Conflicts

    @Test func aConflictIsDecidedAgain() async throws {
        try await withCatalog { live in
            live.store.plan(.conflict { _ in true }, .conflict { _ in true })
            let result = try await live.register()
            #expect(result.created)
            #expect(result.revision == Revision(1))
            #expect(live.store.groups.count == 3)
            #expect(live.catalog.counts.conflicts == 4)
        }
    }

    @Test func aConflictIsDecidedAgainAtMostFiveTimes() async throws {
        try await withCatalog { live in
            live.store.plan(
                .conflict { _ in true }, .conflict { _ in true }, .conflict { _ in true }, .conflict { _ in true },
                .conflict { _ in true }, .conflict { _ in true })
            #expect(await code { try await live.register() } == .conflict)
            #expect(live.store.groups.count == 6)
            #expect(live.record() == nil)
            try await live.register()
        }
    }

    /// Writes stand or fall alone: the instance is committed, the record of its service is not.
    @Test func whatIsCommittedInPartIsCompleted() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let service: @Sendable (Write) -> Bool = { if case .service = $0.record { true } else { false } }
            live.store.plan(.conflict(service))
            let registered = try await live.register("b")
            #expect(registered.created)
            // That of its own write: the service's comes after it.
            #expect(registered.revision == Revision(2))
            live.store.plan(.conflict(service))
            #expect(try await live.perform(.leave("b")).revision == Revision(4))
            #expect(live.store.contents.services.map(\.revision) == [Revision(5)])
            #expect(live.catalog.snapshot(of: ServiceKey(name: "payments"))?.revision == Revision(5))
            #expect(try await live.history().map(\.cause) == [.register, .register, .deregister])
        }
    }

    // MARK: A store that is away

    @Test func nothingOfAFailedGroupIsVisible() async throws {
        try await withCatalog { live in
            live.store.plan(.fail(Self.away))
            let results = await live.catalog.perform(
                [.register(), .deleteService(ServiceKey(name: "payments"), ifMatch: nil)], actor: "tester")
            // The second was refused on account of the first, which was not committed either.
            #expect(results.map(\.code) == [.storeUnavailable, .storeUnavailable])
            #expect(live.catalog.snapshot(of: ServiceKey(name: "payments")) == nil)
            #expect(live.catalog.appliedRevision == .zero)
            let history = try await live.history()
            #expect(history.isEmpty)
        }
    }

    @Test func aFullStoreSaysSo() async throws {
        try await withCatalog { live in
            live.store.plan(.fail(StoreError(.full, "no space left")))
            #expect(await code { try await live.register() } == .storeFull)
        }
    }

    @Test func serviceReturnsByItself() async throws {
        try await withCatalog { live in
            try await live.register("a")
            live.store.outage = Self.away
            #expect(await code { try await live.register("b") } == .storeUnavailable)
            #expect(live.catalog.storeError == Self.away)
            try await live.advance(by: .seconds(3))
            #expect(live.catalog.storeAge >= .seconds(3))
            #expect(live.record("a") != nil, "reads go on")
            live.store.outage = nil
            try await live.advance(by: .seconds(1))
            try await eventually { live.catalog.storeError == nil }
            #expect(live.catalog.storeAge == .zero)
            try await live.register("b")
        }
    }

    @Test func aLostReplyIsToldAsAFailureAndSeenAllTheSame() async throws {
        try await withCatalog { live in
            live.store.plan(.loseReply(Self.away))
            #expect(await code { try await live.register() } == .storeUnavailable)
            try await eventually { live.record() != nil }
            #expect(try await live.register().created == false)
        }
    }

    @Test func aCallerWaitsNoLongerThanTheTimeout() async throws {
        try await withCatalog { live in
            live.store.hold()
            async let first = code { try await live.register("a") }
            await live.store.waitForHeld()
            async let second = code { try await live.register("b") }
            try await eventually { live.catalog.counts.queuedCommands == 1 }
            try await live.advance(by: .seconds(5))
            #expect(await first == .storeUnavailable)
            #expect(await second == .storeUnavailable)
            #expect(live.catalog.counts.queuedCommands == 0)
            live.store.release()
            // The first was on its way already and is done in the end, the second never began.
            try await eventually { live.record("a") != nil }
            #expect(live.record("b") == nil)
        }
    }

    @Test func whatDoesNotFitIsShed() async throws {
        try await withCatalog(settings: CatalogSettings(queueLimit: 3)) { live in
            live.store.hold()
            async let first: Void = { _ = try await live.register("first") }()
            await live.store.waitForHeld()
            async let rest = live.catalog.perform([.register("a"), .register("b")], actor: "tester")
            try await eventually { live.catalog.counts.queuedCommands == 2 }
            let shed = await live.catalog.perform([.register("c"), .register("d")], actor: "tester")
            #expect(shed.map(\.code) == [.shed, .shed])
            live.store.release()
            try await first
            #expect(await rest.map(\.code) == [nil, nil])
        }
    }

    /// However much clients ask, whoever is silent is DOWN in time.
    @Test func whatTheRegistryWantsIsNotShed() async throws {
        try await withCatalog(settings: CatalogSettings(queueLimit: 1)) { live in
            try await live.register("silent", ttl: .after(.seconds(1)))
            try await live.advance(by: .milliseconds(900))
            live.store.hold()
            async let first: Void = { _ = try await live.register("a") }()
            await live.store.waitForHeld()
            async let second: Void = { _ = try await live.register("b") }()
            // Should something fail, both must come to an end.
            defer { live.store.release() }
            try await eventually { live.catalog.counts.queuedCommands == 1 }
            try await live.advance(by: .milliseconds(200))
            try await eventually { live.catalog.counts.queuedCommands == 2 }
            live.store.release()
            try await eventually { live.health("silent") == .down }
            try await first
            try await second
        }
    }

    // MARK: The end

    @Test func aStopFinishesWhatWaitsAndTakesNothingNew() async throws {
        let store = InMemoryStore()
        let kept = try await withCatalog(store: store) { live in
            store.hold()
            async let first: Void = { _ = try await live.register("a") }()
            await store.waitForHeld()
            async let second: Void = { _ = try await live.register("b") }()
            try await eventually { live.catalog.counts.queuedCommands == 1 }
            live.catalog.stop()
            #expect(await code { try await live.register("c") } == .notReady)
            store.release()
            try await first
            try await second
            return live
        }
        #expect(store.contents.instances.map(\.instance.id).sorted() == ["a", "b"])
        #expect(await code { try await kept.register("d") } == .notReady)
    }

    @Test func cancellationLeavesNobodyWaiting() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        let catalog = Catalog(store: store, clock: clock)
        try await catalog.load()
        let live = LiveCatalog(catalog: catalog, store: store, clock: clock)
        store.hold()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await catalog.run() }
            await clock.waitForSleepers(2)
            async let first = code { try await live.register("a") }
            await store.waitForHeld()
            async let second = code { try await live.register("b") }
            try? await eventually { catalog.counts.queuedCommands == 1 }
            group.cancelAll()
            store.release()
            // The first was committed, whether or not this node still showed it.
            let known: [RegistryError.Code?] = [nil, .notReady]
            let outcome = await first
            #expect(known.contains(outcome))
            #expect(await second == .notReady)
        }
        #expect(await code { try await live.register("c") } == .notReady)
        #expect(store.contents.instances.map(\.instance.id) == ["a"])
    }

    @Test func aClosedStoreLeavesNobodyWaiting() async throws {
        try await withCatalog { live in
            live.store.close()
            #expect(await code { try await live.register("a") } == .storeUnavailable)
        }
    }

    @Test func beforeItIsLoadedItIsNotReady() async throws {
        let catalog = Catalog(store: InMemoryStore(), clock: ManualClock())
        #expect(await catalog.perform([.register()], actor: "tester").map(\.code) == [.notReady])
        #expect(!catalog.isLoaded)
    }
}
