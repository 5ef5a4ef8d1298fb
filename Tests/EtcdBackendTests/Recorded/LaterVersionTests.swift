import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

/// Beside this program runs the next version, which has a schema of its own: fields, values, causes and kinds of keys that nobody knows here.
@Suite("The next version beside this one", .etcd)
struct LaterVersionTests {
    /// Fields 90 (varint) and 91 (text).
    private static let foreign = Data([0xD0, 0x05, 0x07, 0xDA, 0x05, 0x02, 0x68, 0x69])
    private static let schema = Schema.current + 1
    private static let writer: UInt64 = 77

    @Test(
        "What it writes is taken over as far as it is known, makes nothing available, and is kept when it is written again"
    )
    func watched() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let committed = try await Self.commit(store)
            try await eventually { seen.batches.count == 1 }
            let batch = seen.batches[0]
            #expect(batch.revision == committed)
            #expect(batch.records.map(\.key).sorted() == ["instances/default/payments/a", "services/default/payments"])
            #expect(batch.changes.map(\.cause) == [.update])
            let instance = try #require(Self.instance(batch))
            #expect(!instance.isAvailable)
            #expect(instance.spec.checks.isEmpty)
            let all = HistoryQuery(order: .ascending)
            #expect(try await store.records(matching: all).records.map(\.cause) == [.update])

            var changed = instance
            changed.spec.weight = 7
            var group = TestWrites.group(TestWrites.instance("a", expected: committed))
            group.writes[0].record = .instance(
                InstanceKey(service: Sample.service().key, id: "a"), number: 2, service: 1, changed)
            #expect(await store.commit(group).revision != nil)
            let key = store.layout.key("instances/default/payments/a")
            let entry = try StoredInstanceEntry(serializedBytes: try #require(try await store.client.get(key)).value)
            #expect(entry.instance.spec.weight == 7)
            #expect(entry.instance.spec.status == .UNRECOGNIZED(77))
            #expect(entry.instance.spec.checks.map(\.name) == ["later"])
            #expect(entry.schema == Self.schema)
            for fields in [entry.unknownFields, entry.instance.unknownFields, entry.instance.spec.unknownFields] {
                #expect(fields.data == Self.foreign)
            }
        }
    }

    @Test("What it says of itself is understood as far as it is known; a kind of key that is not, concerns nobody")
    func itself() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            var member = StoredMemberRecord(TestDigests.member(Self.writer))
            member.schema = Self.schema
            let digest = TestDigests.digest(1, writer: Self.writer, beats: [3, 9])
            let values = [
                (EtcdLayout.member(Self.writer), try member.serializedBytes() + Self.foreign),
                (EtcdLayout.beats(Self.writer), try StoredDigestRecord(digest).serializedBytes() + Self.foreign),
                ("quotas/default/payments", Self.foreign), ("settings", Self.foreign),
            ]
            for (name, value) in values { _ = try await store.client.put(store.layout.key(name), value) }
            try await eventually { seen.events.count == 2 }
            guard case .joined(let joined) = seen.events[0], case .digest(digest, _) = seen.events[1] else {
                Issue.record("\(seen.events)")
                return
            }
            #expect(joined.id == Self.writer)
            #expect(joined.schema == Int(Self.schema))
            let revision = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let loaded = try await stores.make().load()
            #expect(loaded.revision == revision)
            #expect(loaded.instances.map(\.instance.id) == ["a"])
            #expect(loaded.events.count == 2)
        }
    }

    @Test("What it keeps beside the level stays when the level is raised, or another history is settled")
    func meta() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make(schema: Self.schema)
            let key = store.layout.key(EtcdLayout.meta)
            var meta = try StoredMetaRecord(serializedBytes: try #require(try await store.client.get(key)).value)
            meta.level = Schema.current
            _ = try await store.client.put(key, try meta.serializedBytes() + Self.foreign)
            var member = StoredMemberRecord(TestDigests.member(Self.writer))
            member.schema = Self.schema
            _ = try await store.client.put(store.layout.key(EtcdLayout.member(Self.writer)), member.bytes)
            try await store.raiseLevelOnce()
            meta = try StoredMetaRecord(serializedBytes: try #require(try await store.client.get(key)).value)
            #expect(meta.level == Self.schema)
            #expect(meta.unknownFields.data == Self.foreign)
        }
    }

    /// A transaction of the later version's, with a service and an instance.
    private static func commit(_ store: EtcdStore) async throws -> Revision {
        var service = StoredServiceRecord()
        service.update(to: Sample.service())
        service.schema = self.schema
        var entry = StoredInstanceEntry()
        entry.schema = self.schema
        entry.instance.update(to: Sample.instance(), service: 1)
        entry.instance.spec.status = .UNRECOGNIZED(77)
        var check = StoredCheckRecord()
        check.name = "later"
        check.kind = .UNRECOGNIZED(9)
        entry.instance.spec.checks = [check]
        try entry.instance.merge(serializedBytes: self.foreign)
        try entry.instance.spec.merge(serializedBytes: self.foreign)
        var change = StoredChangeRecord(Sample.change(), order: 0)
        change.cause = 200
        var head = StoredHeadRecord()
        head.schema = self.schema
        head.writer = self.writer
        head.sequence = 1
        head.time = Sample.time.milliseconds
        head.changes = [change]
        var trail = StoredTrailRecord()
        trail.schema = self.schema
        trail.changes = [change]
        let trailKey = TrailKey(time: Sample.time, writer: self.writer, sequence: 1, operation: 0, changes: 1)
        let values = [
            (EtcdLayout.service(Sample.service().key), try service.serializedBytes() + self.foreign),
            ("instances/default/payments/a", try entry.serializedBytes() + self.foreign),
            (EtcdLayout.head, try head.serializedBytes() + self.foreign), ("\(trailKey)", trail.bytes),
        ]
        let response = try await store.client.transaction(
            .when([], then: values.map { .put(store.layout.key($0.0), $0.1) }))
        return Revision(response.header.revision)
    }

    private static func instance(_ batch: CommittedBatch) -> Instance? {
        batch.records.lazy.compactMap { record in
            if case .instance(_, _, _, let instance) = record { instance } else { nil }
        }.first
    }
}
