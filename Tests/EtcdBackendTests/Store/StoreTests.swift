import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("Several nodes on one etcd", .etcd)
struct StoreTests {
    @Test("What one commits arrives at all, in the same order, once")
    func everyNode() async throws {
        try await TestStores.with { stores in
            let nodes = [try await stores.make(), try await stores.make(), try await stores.make()]
            let seen = nodes.map { Deliveries($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (place, node) in nodes.enumerated() {
                    group.addTask {
                        for number in 0..<20 {
                            let outcomes = await node.commit(
                                TestWrites.group(TestWrites.instance("\(place)-\(number)")))
                            #expect(outcomes.allSatisfy { if case .committed = $0 { true } else { false } })
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await eventually { seen.allSatisfy { $0.batches.count == 60 } }
            let revisions = seen[0].batches.map(\.revision)
            #expect(revisions == Set(revisions).sorted())
            for other in seen.dropFirst() { #expect(other.batches.map(\.revision) == revisions) }
            #expect(
                seen.allSatisfy {
                    $0.batches.allSatisfy { $0.changes.count == 1 && $0.changes[0].revision == $0.revision }
                })
        }
    }

    @Test("Of two that write the same record one conflicts, and hears of it only when it has the other's")
    func conflict() async throws {
        try await TestStores.with { stores in
            let (first, second) = (try await stores.make(), try await stores.make())
            let (seenByFirst, seenBySecond) = (Deliveries(first), Deliveries(second, pause: .milliseconds(50)))
            for round in 0..<10 {
                let write = TestWrites.instance("\(round)")
                let committed = await first.commit(TestWrites.group(write))
                let revision = try #require(committed.revision)
                let outcomes = await second.commit(TestWrites.group(write))
                #expect(outcomes == [.conflict])
                #expect(seenBySecond.batches.last?.revision == revision, "the conflict came before what it is about")
            }
            try await eventually { seenByFirst.batches.count == 10 }
            #expect(seenBySecond.batches.count == 10)
            #expect(try await first.records(matching: HistoryQuery()).records.count == 10)
        }
    }

    @Test("A service whose instances are written by a long group has a new revision with each of its transactions")
    func longGroup() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let service = Sample.service()
            var group = CommitGroup(
                time: Sample.time, writes: [Write(.service(service.key, number: 1, service), expected: nil)])
            for number in 0..<300 { group.writes.append(TestWrites.instance("i-\(number)")) }
            group.changes = (1...300).map { .init(Sample.change("i-\($0 - 1)"), write: $0) }
            let outcomes = await store.commit(group)
            try await eventually { seen.batches.count == 4 }
            for batch in seen.batches {
                guard case .service(_, _, let written?)? = batch.records.first else {
                    Issue.record("a transaction did not write the service")
                    continue
                }
                #expect(written.revision == batch.revision)
            }
            #expect(outcomes.first == .committed(try #require(seen.batches.last).revision))
            #expect(seen.batches.flatMap(\.changes).map(\.instance) == (0..<300).map { "i-\($0)" })
            #expect(try await store.load().instances.count == 300)
        }
    }

    @Test("Numbers are never handed out twice, however many ask at once")
    func numbers() async throws {
        try await TestStores.with { stores in
            let nodes = [try await stores.make(), try await stores.make()]
            let blocks = try await withThrowingTaskGroup(of: Range<Int64>.self) { group in
                for index in 0..<16 { group.addTask { try await nodes[index % 2].reserveNumbers() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let starts = blocks.map(\.lowerBound).sorted()
            #expect(Set(starts).count == 16)
            #expect(blocks.allSatisfy { $0.count == 4_096 })
            #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= 4_096 })
            let own = try await [nodes[0].load(), nodes[0].load(), nodes[1].load()].map(\.numbers)
            #expect(own[0] == own[1], "what is left of a block is thrown away")
            let all = starts + [own[0], own[2]].compactMap(\.?.lowerBound)
            #expect(Set(all).count == 18)
        }
    }

    @Test("A record that a later version wrote keeps what only that knows")
    func foreignRecord() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let key = store.layout.key(EtcdLayout.service(Sample.service().key))
            var record = StoredServiceRecord()
            record.update(to: Sample.service())
            record.schema = Schema.current + 1
            let foreign = Data([0xD0, 0x05, 0x07])
            let revision = try await store.client.put(key, try record.serializedBytes() + foreign).header.revision
            try await eventually { seen.batches.count == 1 }
            var service = Sample.service()
            service.type = "grpc"
            let write = Write(.service(service.key, number: 1, service), expected: Revision(revision))
            #expect(await store.commit(CommitGroup(time: Sample.time, writes: [write])).revision != nil)
            let stored = try #require(try await store.client.range(EtcdQuery(EtcdRange(key))).kvs.first).value
            #expect(stored.suffix(3) == foreign)
            #expect(try StoredServiceRecord(serializedBytes: stored).type == "grpc")
        }
    }

    @Test("A value that is no record is left out, and what comes after it arrives")
    func damagedValue() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            try await store.client.put(store.layout.key("instances/default/payments/x"), Data([0xFF]))
            let revision = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            try await eventually { seen.batches.last?.revision == revision }
            await #expect(throws: StoreError.self) { try await store.load() }
        }
    }

    @Test("A registry of a later level is not opened")
    func newerLevel() async throws {
        let configuration = try TestStores.configuration()
        try await TestStores.with(configuration) { stores in
            let store = try await stores.make()
            var meta = StoredMetaRecord()
            meta.schema = Schema.current + 1
            meta.level = Schema.current + 1
            meta.registryID = "r"
            try await store.client.put(store.layout.key(EtcdLayout.meta), try meta.serializedBytes())
            do {
                _ = try await stores.make()
                Issue.record("it was opened")
            } catch let error as StoreError {
                #expect(error.code == .newerVersion)
            }
        }
    }
}

/// What the tests of the store write.
enum TestWrites {
    static func instance(_ id: String, expected: Revision? = nil) -> Write {
        let key = InstanceKey(service: Sample.service().key, id: id)
        return Write(.instance(key, number: 2, service: 1, Sample.instance(id)), expected: expected)
    }

    /// One write with one change.
    static func group(_ write: Write) -> CommitGroup {
        var change = Sample.change()
        if case .instance(let key, _, _, _) = write.record { change.instance = key.id }
        return CommitGroup(time: Sample.time, writes: [write], changes: [.init(change, write: 0)])
    }
}

extension [CommitOutcome] {
    /// Of the newest committed write.
    var revision: Revision? {
        self.compactMap { if case .committed(let revision) = $0 { revision } else { nil } }.max()
    }
}
