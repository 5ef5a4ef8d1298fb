import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// What a node does besides, on a clock that the test turns: it compares its state with that of the others, and looks after the store.
struct ClusterUpkeepTests {
    // MARK: Hashes

    @Test func theOddOneOutReadsEverythingAnewAndNobodyElseDoes() async throws {
        try await TestCluster.runJoined(3) { cluster in
            cluster.log.spoil(2, Made.hash(99))
            cluster.log.commit()
            try await cluster.turn(by: .seconds(4))
            #expect(cluster.stores.map(\.asked.reloads) == [0, 1, 0])
            #expect(cluster.nodes[1].sample.figures.hashMismatches > 0)
            let report = await cluster.nodes[0].report(services: [])
            #expect(report.nodes.map(\.agrees) == [true, true, true])
        }
    }

    /// As often as it may; what it reads may be wrong itself.
    @Test func itDoesNotReadAgainAtOnce() async throws {
        try await TestCluster.runJoined(3) { cluster in
            var reloads: [Int] = []
            for _ in 0..<5 {
                cluster.log.spoil(2, Made.hash(99))
                cluster.log.commit()
                try await cluster.turn(by: .seconds(3))
                reloads.append(cluster.stores[1].asked.reloads)
            }
            #expect(reloads == [1, 1, 1, 1, 2])
        }
    }

    // MARK: Housekeeping

    @Test func theFirstInRankForgetsWhoDepartedAndCompactsWhatAllHaveApplied() async throws {
        try await TestCluster.runJoined(3) { cluster in
            cluster.log.say(Made.digest(99, 1, applied: 1))
            cluster.log.commit()
            try await cluster.turn(by: .seconds(181), step: .seconds(1))
            let two = Revision(2)
            let first = cluster.nodes.firstIndex {
                $0.rank(for: ServiceKey(namespace: "", name: "compaction")) == 0
            }
            for (index, store) in cluster.stores.enumerated() {
                #expect(store.asked.removed == (index == first ? [[99]] : []))
                #expect(store.asked.compactions.map(\.applied) == (index == first ? [two, two, two] : []))
                #expect(store.asked.compactions.allSatisfy { $0.age == .minutes(5) })
            }
        }
    }

    @Test func aStoreOfOthersTooIsNotCompacted() async throws {
        var settings = ClusterSettings()
        settings.compacts = false
        try await TestCluster.runJoined(1, settings) { cluster in
            cluster.log.say(Made.digest(99, 1, applied: 1))
            try await cluster.turn(by: .seconds(181), step: .seconds(1))
            #expect(cluster.stores[0].asked.compactions.isEmpty)
            #expect(cluster.stores[0].asked.removed == [[99]])
        }
    }

    // MARK: The store's report

    @Test func theStoreIsAskedHowItIsEveryTenSeconds() async throws {
        try await TestCluster.runJoined { cluster in
            #expect(cluster.nodes[0].sample.store == StoreReport())
            var report = StoreReport()
            report.isFull = true
            cluster.stores[0].show(report)
            try await cluster.turn(by: .seconds(9))
            #expect(cluster.nodes[0].sample.store?.isFull == false)
            try await cluster.turn(by: .seconds(2))
            #expect(cluster.nodes[0].sample.store?.isFull == true)
            #expect(cluster.stores[0].asked.reports == 2)
        }
    }

    @Test func thatTheStoreComesCloseToItsQuotaIsLoggedOnceAndThatItIsWellAgainOnce() async throws {
        try await TestCluster.runJoined { cluster in
            var report = StoreReport()
            report.quota = 1_000
            func logged() -> [String] { cluster.logged.messages.filter { $0.contains("quota=1000") } }
            for (bytes, lines) in [(799, 0), (800, 1), (1_000, 1), (100, 2), (100, 2), (900, 3)] as [(Int64, Int)] {
                report.endpoints = [StoreReport.Endpoint(address: "e:1", version: "3", bytes: bytes, usedBytes: 7)]
                cluster.stores[0].show(report)
                try await cluster.turn(by: .seconds(11))
                #expect(logged().count == lines, "\(bytes): \(logged())")
            }
            #expect(logged()[0].contains("close to its quota"))
            #expect(logged()[0].contains("bytes=800 endpoint=e:1"))
            #expect(logged()[1].contains("has room again"))
        }
    }
}
