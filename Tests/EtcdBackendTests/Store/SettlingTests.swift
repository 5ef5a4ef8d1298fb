import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("An etcd that holds another history, and what an operator says to it", .serialized)
struct SettlingTests {
    private static let withA = ["services/default/payments", "instances/default/payments/a"]

    @Test(
        "Until it is settled nothing is written and nothing that is shown replaced; adopting takes etcd's, at every node"
    )
    func adoptEmptied() async throws {
        try await NodePair.with { pair in
            let known = try await pair.commit("a")
            pair.server.stop()
            try FileManager.default.removeItem(atPath: "\(pair.server.directory)/data")
            try pair.server.start()
            try await pair.waitForObstacles()
            #expect(try await storeFailure({ _ = try await pair.second.newestRevision() })?.code == .readOnly)
            #expect(
                try await storeFailure({ try await pair.first.put(TestDigests.digest(1, writer: pair.first.memberID)) }
                )?
                .code == .readOnly)
            await pair.first.reload()
            #expect(pair.seen.allSatisfy { !$0.batches.contains(where: \.isWhole) })

            try await pair.first.settle(.adopt, keeping: pair.empty)
            let whole = try await pair.waitForWhole()
            #expect(whole.allSatisfy { $0.records.isEmpty && $0.events == [.reloaded] && $0.revision > known })
            #expect(Set(whole.map(\.revision)).count == 1)
            #expect(await pair.first.report().timeline == 1)
            #expect(await pair.second.report().obstacle == nil)
            try await pair.expectGoingOn(after: whole[0].revision)
            #expect(
                try await storeFailure({ try await pair.second.settle(.adopt, keeping: pair.empty) })?.code == .refused)
        }
    }

    @Test("What of the history lies in an etcd that was put back is neither told nor trimmed until that is settled")
    func history() async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let snapshot = "\(pair.server.directory)/snapshot"
            try await pair.server.control("snapshot", "save", snapshot)
            _ = try await pair.commit("b")
            try await pair.server.restore(snapshot)
            try pair.server.start()
            try await pair.waitForObstacles()
            for store in [pair.first, pair.second] {
                #expect(
                    try await storeFailure({ _ = try await store.records(matching: HistoryQuery()) })
                        == .anotherHistory)
                #expect(
                    try await storeFailure({
                        try await store.trim(olderThan: Timestamp(milliseconds: .max), keeping: 0)
                    }) == .anotherHistory)
            }
            let trail = EtcdQuery(pair.first.layout.history)
            #expect(try await pair.first.client.range(trail).kvs.count == 1)

            try await pair.first.settle(.adopt, keeping: pair.empty)
            let whole = try await pair.waitForWhole()
            try await pair.expectGoingOn(after: whole[0].revision)
            for store in [pair.first, pair.second] {
                let told = try await store.records(matching: HistoryQuery()).records.map(\.instance)
                #expect(told.contains("a") && !told.contains("b"))
            }
        }
    }

    @Test("A restored snapshot is reseeded: what the node had is there again at every node, and nothing else")
    func reseedRestored() async throws {
        try await NodePair.with { pair in
            let first = try await pair.commit("a")
            let snapshot = "\(pair.server.directory)/snapshot"
            try await pair.server.control("snapshot", "save", snapshot)
            let key = InstanceKey(service: Sample.service().key, id: "a")
            let removal = Write(.instance(key, number: 2, service: 1, nil), expected: first)
            #expect(await pair.first.commit(TestWrites.group(removal)).revision != nil)
            let known = try await pair.commit("b")
            let catalog = try await pair.first.load()
            try await pair.server.restore(snapshot)
            try pair.server.start()
            try await pair.waitForObstacles()

            try await pair.second.settle(.reseed, keeping: catalog)
            let whole = try await pair.waitForWhole()
            for batch in whole {
                #expect(batch.records.map(\.key) == ["services/default/payments", "instances/default/payments/b"])
                #expect(batch.revision > known)
            }
            try await pair.expectGoingOn(after: whole[0].revision)
            // Numbers that were given out after the snapshot are not given out again.
            #expect(try await pair.first.reserveNumbers().lowerBound >= 1 << 32)
        }
    }

    @Test("Keys that are deleted by hand, all of them, are no commit")
    func deleted() async throws {
        try await NodePair.with { pair in
            let known = try await pair.commit("a")
            let catalog = try await pair.first.load()
            try await pair.server.control("del", "--prefix", pair.first.layout.root)
            try await pair.waitForObstacles()
            #expect(pair.seen.allSatisfy { $0.batches.count == 2 })
            try await pair.first.settle(.reseed, keeping: catalog)
            let whole = try await pair.waitForWhole()
            #expect(
                whole.allSatisfy { $0.records.map(\.key) == Self.withA && $0.revision > known })
            try await pair.expectGoingOn(after: whole[0].revision)
        }
    }

    /// As another node does that goes no further.
    private static func beginReseeding(_ store: EtcdStore) async throws {
        let key = store.layout.key(EtcdLayout.meta)
        var meta = try StoredMetaRecord(serializedBytes: try #require(try await store.client.get(key)).value)
        meta.timeline = 1
        meta.reseeding = 77
        try await store.client.put(key, try meta.serializedBytes())
    }

    @Test("While one writes back nobody follows or opens, and another can take over when it has died")
    func interrupted() async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let catalog = try await pair.first.load()
            try await Self.beginReseeding(pair.first)
            try await pair.waitForObstacles()
            #expect(try await storeFailure({ _ = try await pair.stores.make() }) == .beingReseeded)
            // Half a history is not adopted.
            #expect(
                try await storeFailure({ try await pair.second.settle(.adopt, keeping: pair.empty) }) == .beingReseeded)
            #expect(await pair.second.report().timeline == 0)
            try await pair.second.settle(.reseed, keeping: catalog)
            _ = try await pair.waitForWhole()
            #expect(await pair.first.report().timeline == 2)
        }
    }

    @Test("When all have died while one wrote back, one that starts can be told to write back anew")
    func restarted() async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let catalog = try await pair.first.load()
            try await Self.beginReseeding(pair.first)
            await pair.stores.close()
            let configuration = pair.stores.configuration
            let store = EtcdStore(configuration, try EtcdClient(configuration.etcd), clock: SystemClock())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await store.run() }
                defer { group.cancelAll() }
                #expect(try await storeFailure({ _ = try await store.load() }) == .beingReseeded)
                #expect(await !store.isWritable())
                try await store.settle(.reseed, keeping: catalog)
                #expect(try await store.load().instances.map(\.instance.id) == ["a"])
                try await eventually { await store.isWritable() }
            }
        }
    }

    @Test("A node that was started on the emptied etcd, and knew of nothing else, follows once it is told to adopt")
    func stranger() async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let catalog = try await pair.first.load()
            pair.server.stop()
            try FileManager.default.removeItem(atPath: "\(pair.server.directory)/data")
            try pair.server.start()
            try await pair.waitForObstacles()
            let stranger = try await pair.stores.make()
            let seen = Deliveries(stranger)
            try await pair.first.settle(.reseed, keeping: catalog)
            try await eventually { await stranger.report().obstacle != nil }
            #expect(await !stranger.isWritable())
            try await stranger.settle(.adopt, keeping: pair.empty)
            try await eventually { seen.batches.last?.records.map(\.key) == Self.withA }
            try await eventually { await stranger.isWritable() }
            #expect(await stranger.report().timeline == 2)
            try await eventually { await pair.second.report().timeline == 2 }
            #expect(await pair.second.report().obstacle == nil)
        }
    }

    @Test("There is nothing to settle while etcd holds what the node knows", arguments: HistoryVerdict.allCases)
    func nothing(_ verdict: HistoryVerdict) async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let error = try await storeFailure({ try await pair.first.settle(verdict, keeping: pair.empty) })
            #expect(error == .nothingToSettle)
            #expect(try await pair.second.load().instances.count == 1)
        }
    }
}
