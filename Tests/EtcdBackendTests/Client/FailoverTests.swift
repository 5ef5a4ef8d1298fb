import Foundation
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("Three members, of which one fails", .serialized)
struct FailoverTests {
    @Test("When the leader is killed, calls and the watch go on elsewhere, and no revision is missed or told twice")
    func leaderKilled() async throws {
        try await self.withCluster { cluster, client in
            let start = try await client.put("/a/0", Data()).header.revision
            let seen = Seen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.watch(EtcdRange(prefix: "/a/"), from: start, seen) }
                try await eventually { seen.batches.count == 1 }
                let leader = try await cluster.leader(client)
                cluster.members[leader].stop()
                for number in 1...20 { try await self.putUntilDone(client, "/a/\(number)") }
                try await eventually { seen.batches.last?.events.last?.kv.key == Data("/a/20".utf8) }
                let revisions = seen.batches.map(\.revision)
                #expect(revisions == Array(start...start + Int64(revisions.count) - 1))
                group.cancelAll()
            }
        }
    }

    @Test("A frozen member costs a call its share of the time, and later ones nothing")
    func frozen() async throws {
        try await self.withCluster { cluster, client in
            try await client.put("/a", Data())
            let asked = client.preferredEndpoint
            cluster.members[asked].freeze()
            defer { cluster.members[asked].thaw() }
            let query = EtcdQuery(EtcdRange("/a"))
            // It may have led: then the others choose another one first.
            try await eventually { (try? await client.range(query)) != nil }
            #expect(client.preferredEndpoint != asked)
            let start = ContinuousClock.now
            for _ in 0..<10 { #expect(try await client.range(query).kvs.count == 1) }
            // Ten shares would be more than twice that.
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("A write that got no answer is not sent again")
    func writeOnce() async throws {
        try await self.withCluster { cluster, client in
            try await client.put("/a", Data())
            let asked = client.preferredEndpoint
            cluster.members[asked].freeze()
            do throws(EtcdError) {
                try await client.put("/a", Data())
                Issue.record("a frozen member answered")
            } catch {
                #expect(error.code == .timedOut)
                #expect(error.mayTakeEffect)
            }
            cluster.members[asked].thaw()
            var query = EtcdQuery(EtcdRange("/a"))
            query.limit = 1
            let asking = query
            try await eventually { (try? await client.range(asking).kvs.count) == 1 }
            // The member that thaws may still carry it out, once.
            try await Task.sleep(for: .milliseconds(500))
            #expect((1...2).contains(try await client.range(asking).kvs.first?.version ?? 0))
        }
    }

    @Test("Without a majority calls fail in time, and the watch says that it has no leader")
    func noQuorum() async throws {
        try await self.withCluster { cluster, client in
            let start = try await client.put("/a", Data()).header.revision
            let seen = Seen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.watch(EtcdRange(prefix: "/"), from: start, seen) }
                try await eventually { seen.batches.count == 1 }
                for index in cluster.members.indices where index != seen.endpoints.last {
                    cluster.members[index].stop()
                }
                try await eventually { seen.losses > 0 }
                let before = ContinuousClock.now
                do throws(EtcdError) {
                    _ = try await client.range(EtcdQuery(EtcdRange("/a")))
                    Issue.record("it was read without a majority")
                } catch {
                    #expect(error.isTransient, "\(error)")
                }
                #expect(ContinuousClock.now - before < .seconds(6))
                for member in cluster.members { try member.start() }
                try await self.putUntilDone(client, "/a")
                try await eventually { seen.batches.count >= 2 }
                group.cancelAll()
            }
        }
    }

    private func withCluster(_ body: (EtcdCluster, EtcdClient) async throws -> Void) async throws {
        let cluster = try EtcdCluster()
        defer { cluster.stop() }
        try await cluster.start()
        try await withClient(cluster.configuration) { try await body(cluster, $0) }
    }

    /// As a store does that may write it twice.
    private func putUntilDone(_ client: EtcdClient, _ key: String) async throws {
        try await eventually {
            do throws(EtcdError) {
                try await client.put(key, Data())
                return true
            } catch  where error.isTransient {
                return false
            }
        }
    }
}
