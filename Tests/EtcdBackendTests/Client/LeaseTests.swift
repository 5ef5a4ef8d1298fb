import Foundation
import RegistryModel
import Testing

@testable import EtcdBackend

@Suite("Leases of a real etcd", .etcd)
struct LeaseTests {
    private let key = "/lease/\(UUID().uuidString)"

    @Test("A lease that is kept outlives its time; one that is not goes, with its keys")
    func keepAlive() async throws {
        try await withClient { client in
            // Of which a third is left for what this machine does besides.
            let lease = try await client.grantLease(.seconds(5))
            try await client.put(key, Data(), lease: lease.id)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do throws(EtcdError) {
                        try await client.keepAlive(lease) { true }
                    } catch {
                        #expect(error.code == .cancelled)
                    }
                }
                // Longer than etcd takes to notice that one has run out.
                try await Task.sleep(for: lease.timeToLive * 2)
                #expect(try await self.isThere(client))
                group.cancelAll()
            }
            try await eventually { try await !self.isThere(client) }
        }
    }

    @Test("A lease that is not wanted is not kept, and its keeper is told once it asks again")
    func unwanted() async throws {
        try await withClient { client in
            let lease = try await client.grantLease(.seconds(1))
            try await client.put(key, Data(), lease: lease.id)
            let isWanted = LockedBox(false)
            let error = try await failure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await client.keepAlive(lease) { isWanted.with { $0 } } }
                    group.addTask {
                        try await eventually { try await !self.isThere(client) }
                        isWanted.with { $0 = true }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(error?.code == .leaseNotFound)
        }
    }

    @Test("Revoking a lease removes its keys at once")
    func revoke() async throws {
        try await withClient { client in
            let lease = try await client.grantLease(.seconds(60))
            try await client.put(key, Data(), lease: lease.id)
            try await client.revoke(lease.id)
            #expect(try await !self.isThere(client))
            do throws(EtcdError) {
                try await client.revoke(lease.id)
                Issue.record("it was revoked twice")
            } catch {
                #expect(error.code == .leaseNotFound)
            }
        }
    }

    private func isThere(_ client: EtcdClient) async throws -> Bool {
        try await !client.range(EtcdQuery(EtcdRange(key))).kvs.isEmpty
    }
}
