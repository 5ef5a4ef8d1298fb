import Foundation
import RegistryModel
import Testing

@testable import EtcdBackend

@Suite("What etcd has forgotten", .etcd, .serialized)
struct CompactionTests {
    @Test("A revision that is compacted, or not reached, is said to be that")
    func range() async throws {
        try await withClient { client in
            let first = try await client.put("/a", Data()).header.revision
            let second = try await client.put("/a", Data()).header.revision
            try await client.compact(to: second)
            var query = EtcdQuery(EtcdRange("/a"))
            query.revision = first
            let old = query
            #expect(try await failure { _ = try await client.range(old) }?.code == .compacted)
            query.revision = second + 1_000_000
            let future = query
            #expect(try await failure { _ = try await client.range(future) }?.code == .futureRevision)
            #expect(try await failure { try await client.compact(to: first) }?.code == .compacted)
        }
    }

    @Test("A watch from what is compacted says that it is gone, and does not look elsewhere")
    func watch() async throws {
        try await withClient { client in
            let start = try await client.put("/b", Data()).header.revision
            let later = try await client.put("/b", Data()).header.revision
            try await client.compact(to: later)
            let seen = Seen()
            let error = try await failure { try await client.watch(EtcdRange(prefix: "/b"), from: start, seen) }
            #expect(error?.code == .compacted)
            #expect(seen.losses == 0)
        }
    }
}
