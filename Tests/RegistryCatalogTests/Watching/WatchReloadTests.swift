import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Who watches when everything is read anew", .timeLimit(.minutes(2)))
struct WatchReloadTests {
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")
    /// Longer than any of these waits.
    private static let timeout = TimeSpan.hours(1)

    /// The node shows an instance that the store does not have, at a revision that both have.
    private static func diverge(_ live: LiveCatalog) async throws -> StoredCatalog {
        try await live.register("x", in: "orders", ttl: .never)
        try await live.register("a", ttl: .never)
        try await live.register("b", ttl: .never)
        var stored = live.store.contents
        stored.instances.removeAll { $0.instance.id == "b" }
        return stored
    }

    /// What a watch says next, in short.
    private static func next(_ watch: Watch) async throws -> [String] {
        (try await watch.next(timeout: self.timeout) ?? []).map { step in
            let mark = step.isResumable ? "!" : ""
            return
                switch step.event
            {
            case .snapshot(let key, let snapshot):
                "snapshot \(key.name) \(snapshot?.instances.map(\.id).joined(separator: "+") ?? "none")\(mark)"
            case .delta(let delta): "change \(delta.key.name) \(delta.revision)\(mark)"
            case .gap(let key, let from, let to): "gap \(key.name) \(from)-\(to)\(mark)"
            case .synced: "synced\(mark)"
            }
        }
    }

    private static func watches(_ live: LiveCatalog, _ count: Int) async throws {
        try await eventually { live.catalog.counts.waiters == count }
    }

    @Test("Whoever has come to the same revision is told of a gap, and what there is, once")
    func sameRevision() async throws {
        try await withCatalog { live in
            let stored = try await Self.diverge(live)
            let one = live.catalog.watch(.services([Self.payments]), from: nil)
            let all = live.catalog.watch(.everything, from: nil)
            #expect(try await Self.next(one) == ["snapshot payments a+b!"])
            #expect(try await Self.next(all).last == "synced!")

            live.store.tellEverything(stored)
            #expect(try await Self.next(one) == ["gap payments 3-3", "snapshot payments a!"])
            #expect(
                try await Self.next(all) == ["gap * 3-3", "snapshot orders x", "snapshot payments a", "synced!"])
            for watch in [one, all] { #expect(watch.next { _ in true }?.isEmpty == true) }
            try await live.register("x", in: "orders", ttl: .never) { $0.weight = 1 }
            #expect(try await Self.next(all) == ["change orders 4!"])
            #expect(one.next { _ in true }?.isEmpty == true)
        }
    }

    @Test("So is whoever watches a service whose own revision is not above what it has seen, and one that is gone")
    func laterRevision() async throws {
        try await withCatalog { live in
            var stored = try await Self.diverge(live)
            let watch = live.catalog.watch(.services([Self.payments, Self.orders]), from: nil)
            _ = try await Self.next(watch)
            stored.revision = Revision(9)
            stored.instances.removeAll { $0.instance.id == "x" }
            stored.services.removeAll { $0.key == Self.orders }
            live.store.tellEverything(stored)
            #expect(
                try await Self.next(watch) == [
                    "gap payments 3-9", "snapshot payments a", "gap orders 3-9", "snapshot orders none", "synced!",
                ])
        }
    }

    @Test("Who resumes from what was told before that, or may have been, gets a gap; who has seen more does not")
    func resumed() async throws {
        try await withCatalog { live in
            live.store.tellEverything(try await Self.diverge(live))
            try await eventually { live.record("b") == nil }
            for revision in 1...3 as ClosedRange<Int64> {
                let watch = live.catalog.watch(.services([Self.payments]), from: Revision(revision))
                #expect(try await Self.next(watch) == ["gap payments \(revision)-3", "snapshot payments a!"])
            }
            try await live.register("x", in: "orders", ttl: .never) { $0.weight = 1 }
            let watch = live.catalog.watch(.services([Self.payments]), from: Revision(4))
            #expect(watch.next { _ in true }?.isEmpty == true)
        }
    }

    @Test("A reader that waits is answered at once, and one that comes back 10 s after it, once")
    func blocking() async throws {
        try await withCatalog { live in
            let stored = try await Self.diverge(live)
            let revision = Revision(3)
            func wait(_ key: ServiceKey, _ timeout: TimeSpan = Self.timeout) async throws -> Bool {
                try await live.catalog.waitForChange(of: key, after: revision, timeout: timeout)
            }
            async let waiting = wait(Self.payments)
            async let absent = wait(ServiceKey(name: "nowhere"), .minutes(1))
            try await Self.watches(live, 2)
            live.store.tellEverything(stored)
            #expect(try await waiting)

            let start = live.clock.monotonicMilliseconds
            async let back = wait(Self.payments)
            try await Self.watches(live, 2)
            // Nothing became of what was not there, and is not.
            try await live.advance(by: .seconds(9), step: .milliseconds(900))
            #expect(live.catalog.counts.waiters == 2)
            try await live.advance(by: .seconds(2), step: .milliseconds(900))
            #expect(try await !back)
            #expect(live.clock.monotonicMilliseconds - start <= 11_000)
            async let later = wait(Self.payments, .seconds(30))
            try await Self.watches(live, 2)
            try await live.advance(by: .seconds(20), step: .milliseconds(900))
            #expect(live.catalog.counts.waiters == 2)
            try await live.advance(by: .seconds(40), step: .milliseconds(900))
            #expect(try await !later)
            #expect(try await !absent)
        }
    }

    @Test("However many come back, they are answered one after another, after all could be back")
    func spread() throws {
        let reload = Reload(count: 1, revision: Revision(5), time: 1_000)
        let ends = try (0..<10_000).map {
            try #require(reload.deadline(seen: Revision(5), now: 1_000, waiter: $0))
        }
        #expect(ends.min() == 11_000)
        #expect(ends.max() == 13_499)
        #expect(Dictionary(grouping: ends) { $0 }.values.allSatisfy { $0.count == 4 })
        #expect(reload.deadline(seen: Revision(5), now: 10_999, waiter: 0) == 11_000)
        #expect(reload.deadline(seen: Revision(5), now: 11_000, waiter: 7) == nil, "it has been answered once")
        #expect(reload.deadline(seen: Revision(6), now: 1_000, waiter: 0) == nil)
    }

    @Test("What was shown otherwise at the same revision says so from then on, and what was not does not")
    func repaired() async throws {
        try await withCatalog { live in
            let stored = try await Self.diverge(live)
            live.store.tellEverything(stored)
            try await eventually { live.record("b") == nil }
            #expect(live.catalog.snapshot(of: Self.payments)?.repairedAt == Revision(3))
            #expect(live.catalog.snapshot(of: Self.orders)?.repairedAt == nil)
            // The same once more.
            let watch = live.catalog.watch(.everything, from: nil)
            _ = try await Self.next(watch)
            live.store.tellEverything(stored)
            _ = try await Self.next(watch)
            #expect(live.catalog.snapshot(of: Self.payments)?.repairedAt == Revision(3))
            try await live.register("a", ttl: .never) { $0.weight = 1 }
            #expect(live.catalog.snapshot(of: Self.payments)?.repairedAt == nil)
        }
    }
}
