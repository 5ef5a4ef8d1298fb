import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

/// Two nodes on an etcd of their own.
struct NodePair {
    let server: EtcdServer
    let stores: TestStores
    let first: EtcdStore
    let second: EtcdStore
    let seen: [Deliveries]

    static func with(_ body: (NodePair) async throws -> Void) async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        let etcd = EtcdConfiguration(
            endpoints: [server.endpoint], dialTimeout: .seconds(2), requestTimeout: .seconds(5),
            keepaliveInterval: .seconds(1), keepaliveTimeout: .seconds(3))
        try await TestStores.with(TestStores.configuration(etcd)) { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            let pair = NodePair(
                server: server, stores: stores, first: first, second: second,
                seen: [Deliveries(first), Deliveries(second)])
            let service = Write(.service(Sample.service().key, number: 1, Sample.service()), expected: nil)
            #expect(await first.commit(CommitGroup(time: Sample.time, writes: [service])).revision != nil)
            try await body(pair)
        }
    }

    var empty: StoredCatalog {
        StoredCatalog(registryID: "", revision: .zero, services: [], instances: [], tombstones: [], nextNumber: 1)
    }

    func commit(_ id: String) async throws -> Revision {
        let revision = try #require(await self.first.commit(TestWrites.group(TestWrites.instance(id))).revision)
        try await eventually { self.seen.allSatisfy { $0.batches.last?.revision == revision } }
        return revision
    }

    func waitForObstacles() async throws {
        for store in [self.first, self.second] {
            try await eventually { await store.report().obstacle?.code == .readOnly }
            #expect(await !store.isWritable())
            let outcomes = await store.commit(TestWrites.group(TestWrites.instance("never")))
            guard case .unavailable(let error)? = outcomes.first else {
                Issue.record("it was written: \(outcomes)")
                continue
            }
            #expect(error.code == .readOnly)
        }
    }

    /// The batch that holds everything, of each node.
    func waitForWhole() async throws -> [CommittedBatch] {
        var batches: [CommittedBatch] = []
        for seen in self.seen {
            try await eventually { seen.batches.contains(where: \.isWhole) }
            batches += seen.batches.last { $0.isWhole }.map { [$0] } ?? []
        }
        return batches
    }

    func expectGoingOn(after revision: Revision) async throws {
        for (place, store) in [self.first, self.second].enumerated() {
            try await eventually { await store.isWritable() }
            let next = try #require(await store.commit(TestWrites.group(TestWrites.instance("next-\(place)"))).revision)
            #expect(next > revision)
            try await eventually { self.seen.allSatisfy { $0.batches.last?.revision == next } }
        }
    }
}
