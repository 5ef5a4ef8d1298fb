import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("Who belongs to the cluster", .etcd)
struct MembershipTests {
    @Test("Nodes see each other come and go, in order with commits; who comes later hears who is there")
    func comeAndGo() async throws {
        try await TestStores.with { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            let seen = Deliveries(second)
            let task = Task { await first.keepMember(TestDigests.member(first.memberID)) { true } }
            try await eventually { seen.events.count == 1 }
            let revision = try #require(await second.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let loaded = try await stores.make().load()
            task.cancel()
            await task.value
            try await eventually { seen.events.count == 2 }
            guard case .joined(let member)? = seen.events.first, let epoch = member.epoch else {
                Issue.record("it did not join")
                return
            }
            #expect(epoch < revision.rawValue)
            var expected = TestDigests.member(first.memberID)
            expected.epoch = epoch
            #expect(member == expected)
            #expect(seen.events.last == .left(first.memberID))
            #expect(loaded.events == [.joined(expected)])
            // What is no commit does not move the registry's revision.
            #expect(seen.batches.map(\.revision) == [.zero, revision, revision])
        }
    }

    @Test("A membership that is lost is taken anew, as a later one")
    func lost() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let task = Task { await store.keepMember(TestDigests.member(store.memberID)) { true } }
            try await eventually { seen.events.count == 1 }
            let key = store.layout.key(EtcdLayout.member(store.memberID))
            let lease = try #require(try await store.client.get(key)).lease
            try await store.client.revoke(lease)
            try await eventually { seen.events.count == 3 }
            let epochs = seen.events.compactMap { if case .joined(let member) = $0 { member.epoch } else { nil } }
            #expect(epochs.count == 2)
            #expect(epochs[0] < epochs[1])
            #expect(seen.events[1] == .left(store.memberID))
            task.cancel()
            await task.value
        }
    }

    @Test("While it is not wanted a membership runs out; then it is taken anew")
    func unwanted() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let isWanted = LockedBox(true)
            let member = TestDigests.member(store.memberID)
            let task = Task { await store.keepMember(member) { isWanted.with { $0 } } }
            try await eventually { seen.events.count == 1 }
            isWanted.with { $0 = false }
            try await eventually { seen.events.last == .left(store.memberID) }
            isWanted.with { $0 = true }
            try await eventually { seen.events.count == 3 }
            task.cancel()
            await task.value
            try await eventually { seen.events.count == 4 }
        }
    }

    @Test("The report names every endpoint")
    func report() async throws {
        var configuration = try TestStores.configuration()
        configuration.etcd.endpoints.append(EtcdEndpoint(host: "127.0.0.1", port: try FreePort.take()))
        configuration.etcd.dialTimeout = .seconds(1)
        try await TestStores.with(configuration) { stores in
            let report = try await stores.make().report()
            #expect(report.endpoints.map(\.address) == configuration.etcd.endpoints.map { "\($0)" })
            #expect(report.endpoints[0].version?.isEmpty == false)
            #expect(report.endpoints[0].isLeader)
            #expect(report.endpoints[0].bytes > 0)
            #expect(report.endpoints[1].version == nil)
            #expect(!report.endpoints[1].errors.isEmpty)
            #expect(!report.isFull)
            #expect(report.obstacle == nil)
            #expect((report.timeline, report.level) == (0, 1))
        }
    }
}

extension Deliveries {
    var events: [ClusterEvent] { self.batches.flatMap(\.events) }
}
