import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

/// What a program of an earlier version left behind is opened by this one, and by the next.
@Suite("Recorded stores of earlier versions")
struct RecordedStoreTests {
    @Test("Every record is read as it was written")
    func records() async throws {
        try await Self.expectContents(of: RecordedStore(fixture: "schema-1"))
    }

    @Test("What is written today is read as it was written, so that it can be recorded")
    func recording() async throws {
        try await Self.expectContents(of: Recorder.record())
    }

    private static func expectContents(of recorded: RecordedStore) async throws {
        try await RecordedRegistry.with(recorded) { registry in
            let stored = try await registry.stores.make().load()
            #expect(stored.registryID == RecordedContents.registryID)
            #expect(stored.revision == RecordedContents.second)
            #expect(stored.services == RecordedContents.services)
            #expect(stored.instances == RecordedContents.instances)
            #expect(stored.tombstones == RecordedContents.tombstones)
            #expect(stored.overrides == RecordedContents.overrides)
            #expect(stored.subscriptions == RecordedContents.subscriptions)
            // Numbers are never given out twice, also not by a later version.
            #expect(stored.numbers?.lowerBound == RecordedContents.nextNumber)
            #expect(
                stored.events == [
                    .joined(RecordedContents.member),
                    .digest(RecordedContents.digest, position: RecordedContents.digestPosition),
                ])
        }
    }

    @Test("Its history is told as it was, and goes on")
    func history() async throws {
        try await RecordedRegistry.with(RecordedStore(fixture: "schema-1")) { registry in
            let store = try await registry.stores.make()
            let query = HistoryQuery(order: .ascending)
            #expect(try await store.records(matching: query).records == RecordedContents.changes)
            let outcomes = await store.commit(Self.update(of: "plain"))
            let revision = try #require(outcomes.revision)
            let records = try await store.records(matching: query).records
            #expect(records.dropLast() == RecordedContents.changes[...])
            #expect(records.last?.revision == revision)
        }
    }

    @Test("A catalogue comes to the sum that the earlier version came to, or it would read everything anew for ever")
    func hash() async throws {
        try await RecordedRegistry.with(RecordedStore(fixture: "schema-1")) { registry in
            let store = try await registry.stores.make()
            let catalog = Catalog(store: store, clock: SystemClock(), link: FakeClusterLink())
            try await catalog.load()
            #expect(catalog.stateHash == RecordedContents.digest.hash)
            #expect(catalog.appliedRevision == RecordedContents.digest.applied)
        }
    }

    @Test("Beside a member of that version its schema is written; a later one once it has left")
    func level() async throws {
        let recorded = try RecordedStore(fixture: "schema-1")
        try await RecordedRegistry.with(recorded) { registry in
            let later = RecordedContents.schema + 1
            let store = try await registry.stores.make(schema: later)
            let seen = Deliveries(store)
            // Unstructured: it keeps the membership behind the calls of the test, and is ended below.
            let member = Task {
                var member = TestDigests.member(store.memberID)
                member.schema = Int(later)
                await store.keepMember(member) { true }
            }
            try await eventually { seen.events.contains { if case .joined = $0 { true } else { false } } }
            try await store.raiseLevelOnce()
            #expect(await store.report().level == Int(RecordedContents.schema))
            let revision = try #require(await store.commit(Self.update(of: "plain")).revision)
            #expect(try await Self.schema(of: "plain", store) == RecordedContents.schema)

            try await registry.client.revoke(registry.membership.id)
            try await eventually { seen.events.contains(.left(RecordedContents.writer)) }
            try await store.raiseLevelOnce()
            try await eventually { await store.report().level == Int(later) }
            #expect(await store.commit(Self.update(of: "[::1]:8443", after: revision)).revision != nil)
            #expect(try await Self.schema(of: "[::1]:8443", store) == later)
            // What nobody has touched since stays as it was recorded.
            #expect(try await Self.schema(of: "silent", store) == RecordedContents.schema)
            member.cancel()
            await member.value
        }
    }

    @Test("What is written again by a later version keeps every field but the one that changes")
    func rewritten() async throws {
        try await RecordedRegistry.with(RecordedStore(fixture: "schema-1")) { registry in
            let store = try await registry.stores.make(schema: RecordedContents.schema + 1)
            let revision = try #require(await store.commit(Self.update(of: "[::1]:8443")).revision)
            let stored = try await registry.stores.make().load()
            var expected = RecordedContents.instances
            expected[0].instance.spec.weight = 1
            expected[0].instance.revision = revision
            #expect(stored.instances == expected)
            var services = RecordedContents.services
            services[1].revision = revision
            #expect(stored.services == services)
        }
    }

    /// Another weight for a recorded instance.
    ///
    /// - Parameter revision: that of its service.
    private static func update(of id: String, after revision: Revision = RecordedContents.second) -> CommitGroup {
        let service = RecordedContents.services[1]
        let key = InstanceKey(service: service.key, id: id)
        guard var instance = RecordedContents.instances.first(where: { $0.instance.id == id })?.instance else {
            preconditionFailure("no instance \(id) is recorded")
        }
        let expected = instance.revision
        instance.spec.weight = 1
        let writes = [
            Write(.service(service.key, number: service.number, service), expected: revision),
            Write(.instance(key, number: instance.number, service: service.number, instance), expected: expected),
        ]
        return CommitGroup(
            time: RecordedContents.changed, writes: writes,
            changes: [.init(Sample.change(id, service: service.key, cause: .update), write: 1)])
    }

    private static func schema(of id: String, _ store: EtcdStore) async throws -> UInt32 {
        let key = store.layout.key(EtcdLayout.instance(InstanceKey(service: RecordedContents.payments, id: id)))
        return try StoredInstanceEntry(serializedBytes: try #require(try await store.client.get(key)).value).schema
    }
}
