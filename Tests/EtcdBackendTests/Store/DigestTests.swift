import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("Digests, and what rests on silence", .etcd)
struct DigestTests {
    @Test("A digest arrives everywhere with its place in the order, and moves no revision")
    func arrives() async throws {
        try await TestStores.with { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            let seen = [Deliveries(first), Deliveries(second)]
            let revision = try #require(await first.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let digest = TestDigests.digest(1, writer: first.memberID, beats: [3, 9])
            try await first.put(digest)
            try await eventually { seen.allSatisfy { $0.batches.count == 2 } }
            for seen in seen {
                let batch = seen.batches[1]
                #expect(batch.revision == revision)
                #expect(batch.records.isEmpty)
                guard case .digest(digest, let position)? = batch.events.first else {
                    Issue.record("the digest is another one")
                    continue
                }
                #expect(position > revision.rawValue)
            }
            #expect(try await second.newestRevision() == revision)
            #expect(try await stores.make().load().events == seen[0].events)
        }
    }

    @Test("An expiry conflicts while a digest is unknown to its node, and is told only when that has arrived")
    func unseen() async throws {
        try await TestStores.with { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            let seen = Deliveries(second, pause: .milliseconds(50))
            let made = try #require(await first.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            try await first.put(TestDigests.digest(1, writer: first.memberID))
            let group = Self.expiry(at: made)
            #expect(await second.commit(group) == [.conflict, .conflict])
            let position = try #require(seen.position)
            var informed = group
            informed.knownDigests = position
            let outcomes = await second.commit(informed)
            let revision = try #require(outcomes.revision)
            #expect(outcomes == [.committed(revision), .committed(revision)])
            #expect(try await first.load().tombstones.count == 1)
        }
    }

    @Test("What does not rest on silence is not held up by it, in the same group")
    func others() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let made = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            try await store.put(TestDigests.digest(1, writer: store.memberID))
            var group = Self.expiry(at: made)
            group.writes.append(TestWrites.instance("b"))
            let outcomes = await store.commit(group)
            #expect(outcomes.prefix(2) == [.conflict, .conflict])
            #expect(outcomes.revision != nil)
        }
    }

    @Test("Digests of the departed are removed so that a node that has not heard of them is still behind")
    func removal() async throws {
        try await TestStores.with { stores in
            let (own, departed) = (try await stores.make(), try await stores.make())
            let made = try #require(await own.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            try await own.put(TestDigests.digest(1, writer: own.memberID))
            let known = try await own.load().position
            try await departed.put(TestDigests.digest(1, writer: departed.memberID, beats: [2]))
            try await own.removeDigests(of: [departed.memberID])
            let loaded = try await own.load()
            #expect(loaded.events.count == 1)
            var late = Self.expiry(at: made)
            late.knownDigests = known
            #expect(await own.commit(late) == [.conflict, .conflict])
            late.knownDigests = loaded.position
            #expect(await own.commit(late).revision != nil)
        }
    }

    @Test("The digest of a member is not removed, nor any by a node that has written none")
    func member() async throws {
        try await TestStores.with { stores in
            let (own, other) = (try await stores.make(), try await stores.make())
            let seen = Deliveries(own)
            try await other.put(TestDigests.digest(1, writer: other.memberID))
            await #expect(throws: StoreError.self) { try await own.removeDigests(of: [other.memberID]) }
            try await own.put(TestDigests.digest(1, writer: own.memberID))
            let task = Task { await other.keepMember(TestDigests.member(other.memberID)) { true } }
            try await eventually { seen.events.count == 3 }
            await #expect(throws: StoreError.self) { try await own.removeDigests(of: [other.memberID]) }
            task.cancel()
            await task.value
            try await own.removeDigests(of: [other.memberID])
            #expect(try await own.load().events.count == 1)
        }
    }

    @Test("A transaction that commits nothing is no newest commit")
    func newest() async throws {
        try await TestStores.with { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            #expect(try await second.newestRevision() == .zero)
            let made = try #require(await first.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            #expect(await first.commit(TestWrites.group(TestWrites.instance("a"))) == [.conflict])
            #expect(try await second.newestRevision() == made)
            // Also not for a node that comes later, and has not watched it.
            let third = try await stores.make()
            #expect(try await third.load().revision == made)
            #expect(try await third.newestRevision() == made)
        }
    }

    /// An instance that becomes a tombstone, decided without any digest.
    private static func expiry(at revision: Revision) -> CommitGroup {
        let key = InstanceKey(service: Sample.service().key, id: "a")
        return CommitGroup(
            time: Sample.time,
            writes: [
                Write(.instance(key, number: 2, service: 1, nil), expected: revision, restsOnSilence: true),
                Write(.tombstone(key, number: 3, Sample.tombstone("a")), expected: nil),
            ])
    }
}

extension Deliveries {
    /// Of the newest digest.
    var position: Int64? { self.events.compactMap(\.position).max() }
}

extension StoredCatalog {
    var position: Int64 { self.events.compactMap(\.position).max() ?? 0 }
}

extension ClusterEvent {
    fileprivate var position: Int64? { if case .digest(_, let position) = self { position } else { nil } }
}
