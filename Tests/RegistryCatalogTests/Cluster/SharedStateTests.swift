import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("What nodes that share a roll agree on")
struct SharedStateTests {
    private let link = FakeClusterLink()

    /// The state of a node that has applied these batches.
    private static func hash(_ batches: [CommittedBatch], on stored: StoredCatalog? = nil) -> StateHash? {
        var state = stored.map { CatalogState($0) { _, _ in nil } } ?? CatalogState()
        state.share()
        for batch in batches { _ = state.apply(batch) { _, _, _ in nil } }
        return state.hash
    }

    private static func batch(_ revision: Int64, _ records: Write.Record...) -> CommittedBatch {
        CommittedBatch(
            revision: Revision(revision), time: Sample.time, records: records.map { $0.at(Revision(revision)) },
            changes: [])
    }

    private static let key = Sample.service().key

    private static let batches: [CommittedBatch] = [
        batch(1, .service(key, number: 1, Sample.service())),
        batch(2, .instance(InstanceKey("a"), number: 2, service: 1, Sample.instance("a", number: 2))),
        batch(3, .instance(InstanceKey("b"), number: 3, service: 1, Sample.instance("b", number: 3))),
        batch(4, .tombstone(InstanceKey("gone"), number: 4, Sample.tombstone("gone", number: 4))),
        batch(5, .override(OverrideKey(service: key), number: 5, Sample.override(number: 5))),
        batch(6, .subscription("s", number: 6, Sample.subscription("s", number: 6))),
    ]

    @Test("One number for a state, whatever way led there")
    func order() {
        let hash = Self.hash(Self.batches)
        #expect(hash != nil && hash != .zero)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20 {
            let rest = Self.batches.dropFirst().shuffled(using: &generator)
            #expect(Self.hash([Self.batches[0]] + rest) == hash)
        }
        let detour = [
            Self.batch(7, .instance(InstanceKey("c"), number: 9, service: 1, Sample.instance("c", number: 9))),
            Self.batch(8, .instance(InstanceKey("c"), number: 9, service: 1, nil)),
        ]
        #expect(Self.hash(Self.batches + detour) == hash)
    }

    @Test("Every record counts")
    func every() {
        let all = Self.hash(Self.batches)
        for missing in 1..<Self.batches.count {
            var batches = Self.batches
            batches.remove(at: missing)
            #expect(Self.hash(batches) != all, "without batch \(missing + 1)")
        }
        #expect(
            Self.hash(Self.batches + [Self.batch(9, .service(Self.key, number: 1, nil))])
                != all)
    }

    @Test("Loaded, or read anew, it is the same as applied step by step")
    func reload() async throws {
        try await withCatalog(link: self.link) { live in
            for id in ["a", "b", "c"] { try await live.register(id, incarnation: 1) }
            _ = try await live.perform(.leave("b"))
            _ = try await live.perform(
                .putOverride(OverrideKey(service: Self.key), OverrideRequest(status: .outOfService)))
            let stepwise = try #require(live.catalog.stateHash)
            let stored = live.store.contents
            #expect(Self.hash([], on: stored) == stepwise)
            #expect(Self.hash([CommittedBatch(whole: stored, time: Sample.time)]) == stepwise)
            let other = Self.batches
            #expect(Self.hash(other + [CommittedBatch(whole: stored, time: Sample.time)]) == stepwise)
            await live.shared?.reload()
            try await eventually { self.link.taken.contains(.reloaded) }
            #expect(live.catalog.stateHash == stepwise)
            #expect(self.link.basis == DigestBasis(applied: live.catalog.appliedRevision, hash: stepwise))
        }
    }

    @Test("Where an instance is committed without its service's record, the others agree as well")
    func inPart() {
        let touched = Self.batch(7, .instance(InstanceKey("a"), number: 2, service: 1, Sample.instance("a", number: 2)))
        var state = CatalogState()
        state.share()
        for batch in Self.batches + [touched] { _ = state.apply(batch) { _, _, _ in nil } }
        #expect(state.behind == [Self.key])
        let before = state.hash
        state.share()
        #expect(state.hash == before)
        #expect(state.behind == [Self.key])
    }

    @Test("Numbers come in blocks, and each process of an instance gets a new one")
    func numbers() async throws {
        try await withCatalog(link: self.link) { live in
            var seen: Set<Int64> = []
            for incarnation in 1...40 as ClosedRange<Int64> {
                try await live.register("a", incarnation: incarnation)
                let number = try #require(live.record()?.instance.number)
                #expect(number >= 1_000 && seen.insert(number).inserted)
            }
            let kept = try #require(live.record()?.instance.number)
            try await live.register("a", incarnation: 40) { $0.weight = 3 }
            #expect(live.record()?.instance.number == kept)
            for index in 0..<100 { try await live.register("i\(index)") }
            let numbers = live.store.contents.instances.map(\.instance.number)
            #expect(Set(numbers).count == 101)
            #expect(numbers.max() ?? 0 >= 1_000 + InMemoryClusterStore.block, "more than one block was needed")
        }
    }

    @Test("A watch that is behind a reload gets a gap and the snapshot, and then goes on")
    func watch() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let watch = live.catalog.watch(.services([Self.key]), from: nil)
            _ = try await watch.next(timeout: .hours(1))
            try await live.register("b")
            await live.shared?.reload()
            try await eventually { self.link.taken.contains(.reloaded) }
            let steps = try #require(try await watch.next(timeout: .hours(1)))
            guard case .gap(Self.key, _, _)? = steps.first?.event, case .snapshot(_, let snapshot)? = steps.last?.event
            else {
                Issue.record("\(steps)")
                return
            }
            #expect(snapshot?.instances.map(\.id) == ["a", "b"])
            try await live.register("c")
            let next = try #require(try await watch.next(timeout: .hours(1)))
            guard case .delta(let delta)? = next.first?.event else {
                Issue.record("\(next)")
                return
            }
            #expect(delta.entries.map(\.change.instance) == ["c"])
        }
    }
}
