import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("What a page of the history costs etcd", .etcd)
struct TrailListingTests {
    private static func pair(_ key: String, _ revision: Int64) -> EtcdKeyValue {
        var pair = EtcdKeyValue()
        pair.key = Data(key.utf8)
        pair.modRevision = revision
        return pair
    }

    private static let pairs = [
        pair("b", 9), pair("a", 8), pair("d", 8), pair("c", 7), pair("e", 5), pair("f", 5), pair("g", 5),
    ]

    private static func text(_ commits: some Sequence<TrailListing.Commit>) -> String {
        commits.map { commit in
            "\(commit.revision):" + commit.keys.map { String(decoding: $0, as: UTF8.self) }.joined()
        }.joined(separator: " ")
    }

    @Test("Keys of one revision are one commit, and the last is left for the next page if it may go on")
    func commits() {
        #expect(Self.text(TrailListing(Self.pairs, hasMore: false).commits) == "9:b 8:ad 7:c 5:efg")
        #expect(Self.text(TrailListing(Self.pairs, hasMore: true).commits) == "9:b 8:ad 7:c")
        #expect(Self.text(TrailListing(Self.pairs.suffix(2), hasMore: true).commits) == "5:fg")
        #expect(TrailListing([], hasMore: false).commits.isEmpty)
    }

    @Test(
        "It is read in parts of whole commits",
        arguments: [
            (1, ["9:b", "8:ad", "7:c", "5:efg"]), (3, ["9:b 8:ad", "7:c", "5:efg"]), (4, ["9:b 8:ad 7:c", "5:efg"]),
            (7, ["9:b 8:ad 7:c 5:efg"]), (100, ["9:b 8:ad 7:c 5:efg"]),
        ])
    func parts(_ keys: Int, _ expected: [String]) {
        #expect(TrailListing(Self.pairs, hasMore: false).parts(of: keys).map { Self.text($0) } == expected)
        #expect(TrailListing([], hasMore: false).parts(of: keys).isEmpty)
    }

    @Test("However little fits, it reads through the history once and without what it holds, and nobody does beside it")
    func once() async throws {
        try await TestStores.with { stores in
            let service = ForwardingService(try EtcdClient(stores.configuration.etcd))
            let store = try await stores.make(through: service)
            var revisions: [Revision] = []
            for number in 0..<300 {
                let outcomes = await store.commit(TestWrites.group(TestWrites.instance("\(number)")))
                revisions.append(try #require(outcomes.revision))
            }
            let last = HistoryQuery(instance: "0", order: .descending)
            let first = HistoryQuery(instance: "299", order: .ascending)
            for (query, expected) in [(last, revisions[0]), (first, revisions[299])] {
                let before = service.exhaustive.all
                #expect(try await store.records(matching: query).records.map(\.revision) == [expected])
                #expect(service.exhaustive.all == before + 1)
            }
            try await withThrowingTaskGroup(of: [Revision].self) { group in
                for _ in 0..<20 { group.addTask { try await store.records(matching: last).records.map(\.revision) } }
                for try await found in group { #expect(found == [revisions[0]]) }
            }
            #expect(service.exhaustive.most == 1)
            #expect(service.exhaustive.withValues == 0)
        }
    }

    @Test("Whoever has given up waiting for its turn asks etcd for nothing")
    func cancelled() async throws {
        try await TestStores.with { stores in
            let service = ForwardingService(try EtcdClient(stores.configuration.etcd))
            let store = try await stores.make(through: service)
            // Unstructured: it is given up before it has begun.
            let reader = Task { try await store.records(matching: HistoryQuery()) }
            reader.cancel()
            await #expect(throws: CancellationError.self) { _ = try await reader.value }
            #expect(service.exhaustive.all == 0)
        }
    }
}
