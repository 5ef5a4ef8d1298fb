import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

/// Lets today's program write ``RecordedContents``, in two commits.
enum Recorder {
    /// Writes it to a file as well if this names one: see `scripts/record-etcd-store.sh`.
    private static let file = ProcessInfo.processInfo.environment["ROLLCALL_RECORD_ETCD_STORE"]

    static func record() async throws -> RecordedStore {
        try await RecordedRegistry.withEtcd { configuration in
            try await withClient(configuration.etcd) { client in
                let store = EtcdStore(
                    configuration, client, clock: SystemClock(), random: { RecordedContents.writer })
                // Unstructured: it runs behind the calls of the test, and is ended below.
                let running = Task { await store.run() }
                try await Self.fill(store)
                let member = Task { await store.keepMember(RecordedContents.member) { true } }
                try await eventually { try await !client.range(EtcdQuery(store.layout.members)).kvs.isEmpty }
                var digest = RecordedContents.digest
                let catalog = Catalog(store: store, clock: SystemClock(), link: FakeClusterLink())
                try await catalog.load()
                digest.hash = try #require(catalog.stateHash)
                try await store.put(digest)
                let recorded = try await RecordedStore("what is written today", in: client, store.layout)
                if let file = Self.file { try Data(recorded.text.utf8).write(to: URL(filePath: file)) }
                member.cancel()
                await member.value
                running.cancel()
                await running.value
                return recorded
            }
        }
    }

    private static func fill(_ store: EtcdStore) async throws {
        try await store.open()
        _ = await store.watches.wait(for: 1)
        let first = await store.commit(
            CommitGroup(time: RecordedContents.made, writes: Self.first, changes: Self.firstChanges))
        try #require(first == Self.first.map { _ in .committed(RecordedContents.first) })
        let second = await store.commit(
            CommitGroup(time: RecordedContents.changed, writes: Self.second, changes: Self.secondChanges))
        try #require(second == Self.second.map { _ in .committed(RecordedContents.second) })
    }

    /// Everything, as it was before the second.
    private static var first: [Write] {
        var services = RecordedContents.services
        services[1].protection = nil
        services[1].updatedAt = RecordedContents.made
        var instances = RecordedContents.instances
        instances[2].instance.health = Health(state: .up, cause: .register, since: RecordedContents.made)
        instances[2].instance.updatedAt = RecordedContents.made
        var records = services.map { Write.Record.service($0.key, number: $0.number, $0) }
        records += instances.map { Self.record($0.instance) }
        records += RecordedContents.tombstones.map {
            .tombstone(InstanceKey(service: $0.service, id: $0.tombstone.id), number: $0.tombstone.number, $0.tombstone)
        }
        records += RecordedContents.overrides.map { .override($0.key, number: $0.override.number, $0.override) }
        records += RecordedContents.subscriptions.map { .subscription($0.id, number: $0.number, $0) }
        let ended = Subscription(
            id: "s-ended", number: 11, service: RecordedContents.idle, callback: "http://127.0.0.1/",
            secret: "whsec_YQ==",
            createdAt: RecordedContents.made, updatedAt: RecordedContents.made)
        records.append(.subscription(ended.id, number: ended.number, ended))
        return records.map { Write($0, expected: nil) }
    }

    private static var firstChanges: [CommitGroup.RecordedChange] {
        RecordedContents.changes.dropLast().map { change in
            let key =
                change.instance.isEmpty
                ? EtcdLayout.override(OverrideKey(service: change.service))
                : EtcdLayout.instance(InstanceKey(service: change.service, id: change.instance))
            return .init(change, write: self.first.firstIndex { $0.record.key == key } ?? 0)
        }
    }

    /// One instance falls silent and its service is protected; a subscription ends.
    private static var second: [Write] {
        let service = RecordedContents.services[1]
        let records: [Write.Record] = [
            .service(service.key, number: service.number, service),
            Self.record(RecordedContents.instances[2].instance), .subscription("s-ended", number: 11, nil),
        ]
        return records.map { Write($0, expected: RecordedContents.first) }
    }

    private static var secondChanges: [CommitGroup.RecordedChange] {
        RecordedContents.changes.suffix(1).map { .init($0, write: 1) }
    }

    private static func record(_ instance: Instance) -> Write.Record {
        .instance(
            InstanceKey(service: RecordedContents.payments, id: instance.id), number: instance.number, service: 2,
            instance)
    }
}
