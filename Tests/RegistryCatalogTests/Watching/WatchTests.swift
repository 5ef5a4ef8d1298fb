import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct WatchTests {
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")

    /// What a watch says next, in short.
    private static func next(_ watch: Watch) async throws -> [String] {
        let steps = try await watch.next(timeout: .hours(1)) ?? []
        return steps.map { step in
            let mark = step.isResumable ? "!" : ""
            return
                switch step.event
            {
            case .snapshot(let key, let snapshot):
                "\(step.revision) snapshot \(key.name) \(snapshot.map { "\($0.instances.count)" } ?? "none")\(mark)"
            case .delta(let delta):
                "\(step.revision) \(delta.key.name) \(delta.entries.map(\.change.cause.description).joined(separator: "+"))\(mark)"
            case .gap(let key, let from, let to): "\(step.revision) gap \(key.name) \(from)-\(to)\(mark)"
            case .synced: "\(step.revision) synced\(mark)"
            }
        }
    }

    /// Expects what a watch says next.
    private static func expect(
        _ watch: Watch, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let said = try await self.next(watch)
        #expect(said == expected, sourceLocation: sourceLocation)
    }

    @Test func firstTheSnapshotThenEveryChange() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let watch = live.catalog.watch(.services([Self.payments]), from: nil)
            try await Self.expect(watch, ["1 snapshot payments 1!"])
            try await live.register("b")
            try await live.register("x", in: "orders")
            _ = try await live.perform(.leave("a"))
            try await Self.expect(watch, ["2 payments register!", "4 payments deregister!"])
        }
    }

    @Test func aServiceThatDoesNotExistIsSaidAndThenSeen() async throws {
        try await withCatalog { live in
            let watch = live.catalog.watch(.services([Self.payments]), from: nil)
            try await Self.expect(watch, ["0 snapshot payments none!"])
            try await live.register("a")
            try await Self.expect(watch, ["1 payments register!"])
        }
    }

    @Test func severalServicesAreSyncedAndCutTogether() async throws {
        try await withCatalog { live in
            let scope = WatchScope.services([Self.payments, Self.orders])
            let watch = live.catalog.watch(scope, from: nil)
            try await Self.expect(watch, ["0 snapshot payments none", "0 snapshot orders none", "0 synced!"])
            _ = await live.catalog.perform(
                [.register("a"), .register("x", in: "orders"), .register("b")], actor: "tester")
            try await Self.expect(watch, ["1 orders register", "1 payments register+register!"])
        }
    }

    /// Each of a commit's services wakes those who wait for it.
    @Test func everyServiceOfACommitWakesItsWatchers() async throws {
        try await withCatalog { live in
            let names = ["payments", "orders", "carts"]
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for name in names {
                    let key = ServiceKey(name: name)
                    group.addTask {
                        try await live.catalog.waitForChange(of: key, after: .zero, timeout: .hours(1))
                    }
                    group.addTask {
                        let watch = live.catalog.watch(.services([key]), from: nil)
                        _ = try await watch.next(timeout: .hours(1))
                        return try await watch.next(timeout: .hours(1)) != nil
                    }
                }
                try await eventually { live.catalog.counts.waiters == 2 * names.count }
                // Let them lie down, so that only a signal wakes them.
                for _ in 0..<200 { await Task.yield() }
                _ = await live.catalog.perform(
                    names.map { .register("a", in: $0, { $0.ttl = .never }) }, actor: "tester")
                let woken = Flag()
                async let ending: Void = {
                    // Whoever was forgotten waits for an hour of this clock: turn it, and let the test fail.
                    try await eventually {
                        if !woken.isSet { try await live.turn(by: .seconds(1)) }
                        return woken.isSet
                    }
                }()
                for try await saw in group { #expect(saw) }
                woken.set()
                try await ending
            }
        }
    }

    /// The log as a whole is complete, but the ring of the service is not, and there is no snapshot that would tell.
    @Test func aBusyServiceThatIsGoneIsSaidToBeGone() async throws {
        try await withCatalog(settings: CatalogSettings(deltaLogEntriesPerService: 2)) { live in
            try await live.register("a")
            let watch = live.catalog.watch(.services([Self.payments, Self.orders]), from: nil)
            try await Self.expect(watch, ["1 snapshot payments 1", "1 snapshot orders none", "1 synced!"])
            for id in ["b", "c"] { try await live.register(id) }
            for id in ["a", "b", "c"] { _ = try await live.perform(.leave(id)) }
            _ = try await live.perform(.deleteService(Self.payments, ifMatch: nil))
            try await live.register("x", in: "orders")
            try await Self.expect(watch, ["8 gap payments 1-8", "8 snapshot payments none", "8 orders register!"])
        }
    }

    @Test func everythingAndNamespaces() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let elsewhere = Registration(
                service: ServiceKey(namespace: "blue", name: "payments"), instanceID: "z", spec: Sample.spec())
            _ = try await live.perform(.register(elsewhere))
            let all = live.catalog.watch(.everything, from: nil)
            let one = live.catalog.watch(.namespace("default"), from: nil)
            try await Self.expect(all, ["2 snapshot payments 1", "2 snapshot payments 1", "2 synced!"])
            try await Self.expect(one, ["2 snapshot payments 1", "2 synced!"])
            _ = try await live.perform(.deregister(InstanceKey(service: elsewhere.service, id: "z"), incarnation: nil))
            try await live.register("x", in: "orders")
            try await Self.expect(all, ["3 payments deregister!", "4 orders register!"])
            try await Self.expect(one, ["4 orders register!"])
        }
    }

    @Test func itResumesFromAnyRevision() async throws {
        try await withCatalog { live in
            try await live.register("a")
            try await live.register("b")
            try await live.register("x", in: "orders")
            try await live.register("c")
            let told = ["1 payments register!", "2 payments register!", "4 payments register!"]
            for (seen, from) in [(1, 1), (2, 2), (2, 3)] {
                let watch = live.catalog.watch(.services([Self.payments]), from: Revision(Int64(from)))
                try await Self.expect(watch, Array(told[seen...]))
            }
            let all = live.catalog.watch(.everything, from: Revision(2))
            try await Self.expect(all, ["3 orders register!", "4 payments register!"])
        }
    }

    @Test func deletionAndReCreationAreSeen() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let watch = live.catalog.watch(.services([Self.payments]), from: Revision(1))
            _ = try await live.perform(.leave("a"))
            _ = try await live.perform(.deleteService(Self.payments, ifMatch: nil))
            try await live.register("b")
            try await Self.expect(
                watch, ["2 payments deregister!", "3 payments delete_service!", "4 payments register!"])
            _ = try await live.perform(.leave("b"))
            _ = try await live.perform(.deleteService(Self.payments, ifMatch: nil))
            try await Self.expect(watch, ["5 payments deregister!", "6 payments delete_service!"])
        }
    }

    @Test func aGapIsSaidAndAnsweredWithASnapshot() async throws {
        try await withCatalog(settings: CatalogSettings(deltaLogEntriesPerService: 3)) { live in
            for index in 0..<6 { try await live.register("i\(index)") }
            let behind = live.catalog.watch(.services([Self.payments]), from: Revision(2))
            try await Self.expect(behind, ["6 gap payments 2-6", "6 snapshot payments 6!"])
            let near = live.catalog.watch(.services([Self.payments]), from: Revision(4))
            try await Self.expect(near, ["5 payments register!", "6 payments register!"])
            let all = live.catalog.watch(.everything, from: Revision(2))
            try await Self.expect(all, ["6 gap * 2-6", "6 snapshot payments 6", "6 synced!"])
        }
    }

    @Test func aRevisionThatWasNeverReachedIsAGap() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let watch = live.catalog.watch(.services([Self.payments]), from: Revision(99))
            try await Self.expect(watch, ["1 gap payments 99-1", "1 snapshot payments 1!"])
        }
    }

    @Test func afterARestartWhatDidNotChangeHasNoGap() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            try await live.register("a")
            try await live.register("x", in: "orders")
            try await live.register("y", in: "orders")
        }
        try await withCatalog(store: store.reopened()) { live in
            let same = live.catalog.watch(.services([Self.payments]), from: Revision(1))
            let other = live.catalog.watch(.services([Self.orders]), from: Revision(2))
            try await Self.expect(other, ["3 gap orders 2-3", "3 snapshot orders 2!"])
            try await live.register("b")
            try await Self.expect(same, ["4 payments register!"])
        }
    }

    @Test func aWatchIsQuietUntilItsTimeIsOver() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            let watch = live.catalog.watch(.services([Self.payments]), from: nil)
            _ = try await Self.next(watch)
            let isOver = Flag()
            async let quiet = {
                defer { isOver.set() }
                return try await watch.next(timeout: .seconds(15))
            }()
            try await live.register("x", in: "orders", ttl: .never)
            try await live.advance(by: .seconds(14), step: .milliseconds(500))
            #expect(!isOver.isSet)
            // It may have begun to wait only now, by this clock.
            try await eventually {
                try await live.turn(by: .seconds(1))
                return isOver.isSet
            }
            let steps = try await quiet
            #expect(steps == nil)
        }
    }

    @Test func aWatchThatIsOverIsForgotten() async throws {
        try await withCatalog { live in
            var watch: Watch? = live.catalog.watch(.everything, from: nil)
            let other = live.catalog.watch(.services([Self.payments]), from: nil)
            #expect(live.catalog.counts.waiters == 2)
            #expect(watch?.id != other.id)
            watch = nil
            other.close()
            other.close()
            #expect(live.catalog.counts.waiters == 0)
        }
    }

    @Test func cancellationEndsAWait() async throws {
        try await withCatalog { live in
            let watch = live.catalog.watch(.services([Self.payments]), from: nil)
            _ = try await Self.next(watch)
            let task = Task { try await watch.next(timeout: .hours(1)) == nil }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    // MARK: Blocking reads

    @Test func aBlockingReadReturnsWithAChange() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let atOnce = try await live.catalog.waitForChange(of: Self.payments, after: .zero, timeout: .hours(1))
            #expect(atOnce)
            async let changed = live.catalog.waitForChange(of: Self.payments, after: Revision(1), timeout: .hours(1))
            try await eventually { live.catalog.counts.waiters == 1 }
            try await live.register("x", in: "orders")
            try await live.register("b")
            let changedInTime = try await changed
            #expect(changedInTime)
            #expect(live.catalog.counts.waiters == 0)
        }
    }

    @Test func aBlockingReadSeesAServiceComeAndGo() async throws {
        try await withCatalog { live in
            async let came = live.catalog.waitForChange(of: Self.payments, after: .zero, timeout: .hours(1))
            try await eventually { live.catalog.counts.waiters == 1 }
            try await live.register("a")
            let cameInTime = try await came
            #expect(cameInTime)
            _ = try await live.perform(.leave("a"))
            async let gone = live.catalog.waitForChange(of: Self.payments, after: Revision(2), timeout: .hours(1))
            try await eventually { live.catalog.counts.waiters == 1 }
            _ = try await live.perform(.deleteService(Self.payments, ifMatch: nil))
            let goneInTime = try await gone
            #expect(goneInTime)
        }
    }

    @Test func aBlockingReadEndsWithItsTime() async throws {
        try await withCatalog { live in
            async let changed = live.catalog.waitForChange(of: Self.payments, after: .zero, timeout: .seconds(2))
            try await eventually { live.catalog.counts.waiters == 1 }
            try await live.advance(by: .milliseconds(2_100))
            let hasChanged = try await changed
            #expect(!hasChanged)
        }
    }
}
