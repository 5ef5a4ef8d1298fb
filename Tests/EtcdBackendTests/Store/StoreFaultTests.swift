import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("A store whose etcd is not well", .serialized)
struct StoreFaultTests {
    @Test("A commit whose reply is lost is reported as what it was")
    func lostReply() async throws {
        try await self.withServer { server in
            let proxy = try await CutProxy(to: server.port)
            try await TestStores.with(Self.through(proxy)) { stores in
                let store = try await stores.make()
                let seen = Deliveries(store)
                var done = 0
                for round in 0..<5 {
                    // The request arrives, its answer does not.
                    let commit = Task { await store.commit(TestWrites.group(TestWrites.instance("\(round)"))) }
                    proxy.pass(.toServer)
                    try await Task.sleep(for: .milliseconds(300))
                    proxy.cut()
                    proxy.pass(.both)
                    let outcomes = await commit.value
                    if outcomes.revision != nil { done += 1 }
                    try await eventually { await store.isWritable() }
                    let ids = try await store.load().instances.map(\.instance.id)
                    #expect(ids.contains("\(round)") == (outcomes.revision != nil))
                }
                #expect(done > 0)
                try await eventually { seen.batches.count == done }
            }
        }
    }

    @Test("A commit that never reached etcd is known to be void")
    func lostRequest() async throws {
        try await self.withServer { server in
            let proxy = try await CutProxy(to: server.port)
            try await TestStores.with(Self.through(proxy)) { stores in
                let store = try await stores.make()
                proxy.pass(.toClient)
                let commit = Task { await store.commit(TestWrites.group(TestWrites.instance("a"))) }
                try await Task.sleep(for: .milliseconds(300))
                proxy.cut()
                proxy.pass(.both)
                let outcomes = await commit.value
                try await eventually { await store.isWritable() }
                let ids = try await store.load().instances.map(\.instance.id)
                #expect(ids.contains("a") == (outcomes.revision != nil))
            }
        }
    }

    @Test("While etcd is frozen commits fail in time; afterwards what was sent then is void, and it goes on by itself")
    func frozen() async throws {
        try await self.withServer { server in
            try await TestStores.with(Self.configuration(server)) { stores in
                let store = try await stores.make()
                let seen = Deliveries(store)
                #expect(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision != nil)
                server.freeze()
                let start = ContinuousClock.now
                let outcomes = await store.commit(TestWrites.group(TestWrites.instance("b")))
                #expect(ContinuousClock.now - start < .seconds(10))
                guard case .unavailable(let error)? = outcomes.first else {
                    Issue.record("a frozen etcd gave \(outcomes)")
                    return
                }
                #expect(error.code == .unavailable && error.mayBeDone)
                #expect(await !store.isWritable())
                server.thaw()
                try await eventually { await store.isWritable() }
                let revision = try #require(await store.commit(TestWrites.group(TestWrites.instance("c"))).revision)
                try await eventually { seen.batches.last?.revision == revision }
                // Whether "b" was done is one and the same for the state and for the watch.
                let ids = try await store.load().instances.map(\.instance.id).sorted()
                #expect(ids == seen.batches.flatMap(\.changes).map(\.instance).sorted())
            }
        }
    }

    @Test("A killed etcd that comes back with its data is gone on with, without a gap")
    func killed() async throws {
        try await self.withServer { server in
            try await TestStores.with(Self.configuration(server)) { stores in
                let store = try await stores.make()
                let seen = Deliveries(store)
                var revisions: [Revision] = []
                for round in 0..<3 {
                    revisions.append(
                        try #require(await store.commit(TestWrites.group(TestWrites.instance("\(round)"))).revision))
                    server.stop()
                    #expect(await store.commit(TestWrites.group(TestWrites.instance("never"))).revision == nil)
                    try server.start()
                    try await eventually { await store.isWritable() }
                }
                try await eventually { seen.batches.map(\.revision) == revisions }
            }
        }
    }

    @Test("An etcd that was emptied, or put back to an older state, is not written to", arguments: [false, true])
    func anotherHistory(_ isRestored: Bool) async throws {
        try await self.withServer { server in
            try await TestStores.with(Self.configuration(server)) { stores in
                let store = try await stores.make()
                let data = "\(server.directory)/data"
                if isRestored {
                    server.stop()
                    try FileManager.default.copyItem(atPath: data, toPath: "\(data).old")
                    try server.start()
                    try await eventually { await store.isWritable() }
                }
                let committed = await store.commit(TestWrites.group(TestWrites.instance("a")))
                #expect(committed.revision != nil)
                server.stop()
                try FileManager.default.removeItem(atPath: data)
                if isRestored { try FileManager.default.moveItem(atPath: "\(data).old", toPath: data) }
                try server.start()
                try await eventually {
                    await store.commit(TestWrites.group(TestWrites.instance("b"))).first?.code == .readOnly
                }
                #expect(await !store.isWritable())
                let range = EtcdQuery(EtcdRange(prefix: store.layout.key("instances/")))
                #expect(try await store.client.range(range).kvs.isEmpty)
            }
        }
    }

    @Test("When the leader of three is killed, commits go on, each reported as what it was")
    func leaderKilled() async throws {
        let cluster = try EtcdCluster()
        defer { cluster.stop() }
        try await cluster.start()
        try await TestStores.with(TestStores.configuration(cluster.configuration)) { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            var committed: [String] = []
            for round in 0..<40 {
                if round == 10 { cluster.members[try await cluster.leader(store.client)].stop() }
                let outcomes = await store.commit(TestWrites.group(TestWrites.instance("\(round)")))
                if outcomes.revision != nil { committed.append("\(round)") }
            }
            #expect(committed.count >= 30)
            let ids = try await store.load().instances.map(\.instance.id)
            #expect(Set(committed).isSubset(of: ids))
            try await eventually { seen.batches.flatMap(\.changes).map(\.instance).sorted() == ids.sorted() }
        }
    }

    private func withServer(_ body: (EtcdServer) async throws -> Void) async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await body(server)
    }

    private static func configuration(_ server: EtcdServer) throws -> EtcdStore.Configuration {
        try TestStores.configuration(
            EtcdConfiguration(
                endpoints: [server.endpoint], dialTimeout: .seconds(1), requestTimeout: .seconds(2),
                keepaliveInterval: .seconds(1), keepaliveTimeout: .seconds(1)))
    }

    private static func through(_ proxy: CutProxy) throws -> EtcdStore.Configuration {
        try TestStores.configuration(
            EtcdConfiguration(
                endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)], dialTimeout: .seconds(2),
                requestTimeout: .seconds(5)))
    }
}

extension CommitOutcome {
    var code: StoreError.Code? { if case .unavailable(let error) = self { error.code } else { nil } }
}
