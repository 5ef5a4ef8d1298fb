import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("A store whose etcd has used up its quota")
struct FullStoreTests {
    @Test("A full etcd says so, and is gone on with once it has room")
    func full() async throws {
        let server = try EtcdServer(arguments: ["--quota-backend-bytes", "\(8 << 20)"])
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        var configuration = try Self.configuration(server)
        configuration.quota = 8 << 20
        /// Whether it is said that it is time to make room.
        @Sendable func needsRoom(_ store: EtcdStore) async throws -> Bool? {
            let report = await store.report()
            return report.needsRoom(try #require(report.endpoints.first))
        }
        try await TestStores.with(configuration) { stores in
            let store = try await stores.make()
            #expect(try await needsRoom(store) == false)
            let seen = Deliveries(store)
            let member = Task { await store.keepMember(TestDigests.member(store.memberID)) { true } }
            try await eventually { seen.events.count == 1 }
            let filler = Data(repeating: 7, count: 1 << 20)
            while try await failure({ try await store.client.put("/filler", filler) })?.code != .noSpace {}
            let outcomes = await store.commit(TestWrites.group(TestWrites.instance("a")))
            #expect(outcomes.first?.code == .full)
            #expect(await !store.isWritable())
            let digest = TestDigests.digest(1, writer: store.memberID)
            #expect(try await storeFailure({ try await store.put(digest) })?.code == .full)
            #expect(try await store.client.alarms().map(\.kind) == [.noSpace])
            #expect(await store.report().isFull)
            #expect(try await needsRoom(store) == true)
            #expect(try await store.load().instances.isEmpty)
            try await Task.sleep(for: .seconds(13))
            let revision = try await store.client.range(EtcdQuery(EtcdRange("/filler"))).header.revision
            try await store.client.compact(to: revision)
            try await server.control("defrag")
            try await server.control("alarm", "disarm")
            try await eventually { await store.isWritable() }
            #expect(try await needsRoom(store) == false)
            #expect(await store.commit(TestWrites.group(TestWrites.instance("b"))).revision != nil)
            try await store.put(digest)
            // Longer than the lease of a member, which is kept also while nothing can be written.
            #expect(!seen.events.contains(.left(store.memberID)))
            member.cancel()
            await member.value
        }
    }

    /// A member that finds out while it carries a transaction out finishes it, and says only then that there is no room.
    @Test("What is done while the room runs out is not called undone")
    func runningOut() async throws {
        let server = try EtcdServer(arguments: ["--quota-backend-bytes", "\(8 << 20)"])
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await TestStores.with(Self.configuration(server)) { stores in
            let first = try await stores.make()
            let all = [first, try await stores.make(), try await stores.make()]
            let told = try await withThrowingTaskGroup(of: [String: CommitOutcome].self) { group in
                for (index, store) in all.enumerated() {
                    group.addTask { await Self.commitUntilFull(store, "\(index)") }
                }
                let filler = Data(repeating: 7, count: 1 << 20)
                while try await failure({ try await first.client.put("/filler", filler) })?.code != .noSpace {}
                return try await group.reduce(into: [:]) { $0.merge($1) { $1 } }
            }
            let ids = Set(try await first.load().instances.map(\.instance.id))
            for (id, outcome) in told {
                switch outcome {
                case .committed: #expect(ids.contains(id), "\(id) is lost")
                case .unavailable(let error): #expect(error.mayBeDone || !ids.contains(id), "\(id) is there")
                case .conflict: #expect(!ids.contains(id), "\(id) is there")
                }
            }
            #expect(told.values.count { $0.code == .full } >= all.count)
        }
    }

    @Test("Whether a refused commit was done is looked up", arguments: [true, false])
    func lookedUp(isDone: Bool) async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await TestStores.with(Self.configuration(server)) { stores in
            let client = try EtcdClient(stores.configuration.etcd)
            let store = try await stores.make(
                through: ForwardingService(client, commits: .refused(isDone: isDone)))
            let outcomes = await store.commit(TestWrites.group(TestWrites.instance("a")))
            let ids = try await store.load().instances.map(\.instance.id)
            #expect(ids == (isDone ? ["a"] : []))
            if isDone {
                #expect(outcomes.revision != nil)
            } else {
                guard case .unavailable(let error)? = outcomes.first else {
                    Issue.record("it gave \(outcomes)")
                    return
                }
                #expect(error.code == .full && !error.mayBeDone)
            }
        }
    }

    private static func commitUntilFull(_ store: EtcdStore, _ name: String) async -> [String: CommitOutcome] {
        var told: [String: CommitOutcome] = [:]
        for number in 0..<10_000 {
            let id = "\(name)-\(number)"
            let outcome = await store.commit(TestWrites.group(TestWrites.instance(id))).first
            told[id] = outcome
            if outcome?.code == .full { break }
        }
        return told
    }

    private static func configuration(_ server: EtcdServer) throws -> EtcdStore.Configuration {
        try TestStores.configuration(
            EtcdConfiguration(
                endpoints: [server.endpoint], dialTimeout: .seconds(1), requestTimeout: .seconds(2),
                keepaliveInterval: .seconds(1), keepaliveTimeout: .seconds(1)))
    }
}
