import Foundation
import RegistryCatalog
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

/// What a program left in an etcd that it had for itself, as a text: a line for each key, in the order of revisions, with the value in base64.
struct RecordedStore: Sendable, CustomTestStringConvertible {
    struct Entry: Sendable {
        let revision: Int64
        /// Below the prefix.
        let key: String
        let value: Data
    }

    let name: String
    let entries: [Entry]

    var testDescription: String { self.name }

    /// One that is part of the repository.
    init(fixture name: String) throws {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        self.name = name
        self.entries = try lines.map { line in
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            try #require(parts.count == 3, "\(line)")
            return Entry(
                revision: try #require(Int64(parts[0])), key: String(parts[1]),
                value: try #require(Data(base64Encoded: String(parts[2]))))
        }
    }

    /// What lies in an etcd now.
    init(_ name: String, in client: EtcdClient, _ layout: EtcdLayout) async throws {
        let pairs = try await client.range(EtcdQuery(EtcdRange(prefix: layout.root))).kvs
        self.name = name
        self.entries = pairs.sorted { ($0.modRevision, $0.key.lexicalKey) < ($1.modRevision, $1.key.lexicalKey) }.map {
            Entry(revision: $0.modRevision, key: layout.name(of: $0.key), value: $0.value)
        }
    }

    var text: String {
        let lines = self.entries.map { "\($0.revision) \($0.key) \($0.value.base64EncodedString())" }
        return """
            # Left in etcd by a program of the schema in this file's name: scripts/record-etcd-store.sh. It is never changed.
            # Revision, key below the prefix, value in base64.

            """ + lines.joined(separator: "\n") + "\n"
    }

    /// Writes it to an empty etcd, so that every key gets the revision that it had. Returns the lease of its members.
    func restore(to client: EtcdClient, _ layout: EtcdLayout) async throws -> EtcdLease {
        let lease = try await client.grantLease(.minutes(10))
        let revisions = Dictionary(grouping: self.entries, by: \.revision)
        // An empty etcd is at revision 1.
        for revision in 2...(try #require(revisions.keys.max())) {
            let puts = (revisions[revision] ?? []).map { entry in
                EtcdRequestOp.put(
                    layout.key(entry.key), entry.value,
                    lease: entry.key.hasPrefix(EtcdLayout.members) ? lease.id : 0)
            }
            // A revision whose keys were all written again later still has to be there.
            let operations = puts.isEmpty ? [EtcdRequestOp.put("/filler", Data())] : puts
            let response = try await client.transaction(.when([], then: operations))
            try #require(response.header.revision == revision)
        }
        return lease
    }
}

extension Data {
    fileprivate var lexicalKey: String { String(decoding: self, as: UTF8.self) }
}

/// An etcd with what was recorded in it, and programs of today that use it.
struct RecordedRegistry {
    let client: EtcdClient
    let stores: TestStores
    /// While it lasts the node that was recorded is a member.
    let membership: EtcdLease

    static func with(
        _ recorded: RecordedStore, _ body: (RecordedRegistry) async throws -> Void
    ) async throws {
        try await Self.withEtcd { configuration in
            try await withClient(configuration.etcd) { client in
                let membership = try await recorded.restore(
                    to: client, EtcdLayout(prefix: configuration.prefix))
                try await TestStores.with(configuration) { stores in
                    try await body(RecordedRegistry(client: client, stores: stores, membership: membership))
                }
            }
        }
    }

    /// An empty etcd, which is at its first revision.
    static func withEtcd<Result>(
        _ body: (EtcdStore.Configuration) async throws -> Result
    ) async throws -> Result {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        return try await body(
            EtcdStore.Configuration(etcd: EtcdConfiguration(endpoints: [server.endpoint]), prefix: "/rollcall"))
    }
}
