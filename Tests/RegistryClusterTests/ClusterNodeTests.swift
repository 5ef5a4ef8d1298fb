import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// A node that runs: membership and digests, on a clock that the test turns.
struct ClusterNodeTests {
    private static let away = StoreError(.unavailable, "The store does not answer.")

    // MARK: Membership

    @Test func aNodeJoinsOnceWhatItSaysHasComeBackToIt() async throws {
        try await TestCluster.run { cluster in
            cluster.log.hold()
            try await cluster.turn(by: .seconds(2))
            #expect(!cluster.log.digests.isEmpty)
            #expect(cluster.log.members.isEmpty)
            #expect(cluster.nodes[0].sample.members == 0)
            cluster.log.release()
            try await cluster.turn(by: .milliseconds(100))
            #expect(cluster.log.members.map(\.id) == [1])
            #expect(cluster.nodes[0].sample.members == 1)
        }
    }

    @Test func aNodeWhoseDigestsDoNotComeBackIsCutOffAndNotWantedAsAMember() async throws {
        try await TestCluster.runJoined { cluster in
            try await cluster.turn(by: .seconds(3))
            let node = cluster.nodes[0]
            #expect(!node.isCutOff(now: cluster.clock.monotonicMilliseconds))
            #expect(cluster.stores[0].asked.isWanted?() == true)
            cluster.log.hold()
            try await cluster.turn(by: .milliseconds(2_200))
            #expect(node.isCutOff(now: cluster.clock.monotonicMilliseconds))
            #expect(node.sample.isCutOff)
            #expect(cluster.stores[0].asked.isWanted?() == false)
            cluster.log.release()
            #expect(!node.sample.isCutOff)
            #expect(cluster.stores[0].asked.isWanted?() == true)
        }
    }

    // MARK: Digests

    @Test func digestsAreNumberedWithoutGapsAndAnIdleNodeWritesOneASecond() async throws {
        try await TestCluster.runJoined(2) { cluster in
            try await cluster.turn(by: .seconds(10))
            for node: UInt64 in [1, 2] {
                let sequences = cluster.log.digests.filter { $0.writer == node }.map(\.sequence)
                #expect(sequences == Array(1...Int64(sequences.count)))
                #expect((10...11).contains(sequences.count), "\(sequences.count)")
            }
        }
    }

    @Test func aBeatIsAcknowledgedOnceItIsInTheLogAndNotBefore() async throws {
        try await TestCluster.runJoined { cluster in
            let outcomes = Outcomes()
            cluster.log.failure = Self.away
            cluster.nodes[0].announce([7, 3], deadline: .max) { outcomes.note($0) }
            cluster.nodes[0].announce([3], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .seconds(3))
            #expect(outcomes.codes.isEmpty)
            cluster.log.failure = nil
            try await cluster.turn(by: .milliseconds(500))
            #expect(outcomes.codes == [nil, nil])
            #expect(cluster.log.digests.map(\.beats).filter { !$0.isEmpty } == [[3, 7]])
        }
    }

    /// Only then has this node taken all that was committed before it.
    @Test func aBeatIsAcknowledgedOnceItsDigestHasComeBack() async throws {
        try await TestCluster.runJoined { cluster in
            let outcomes = Outcomes()
            cluster.log.hold()
            for number: Int64 in [7, 8] {
                cluster.nodes[0].announce([number], deadline: .max) { outcomes.note($0) }
                try await cluster.turn(by: .seconds(1))
            }
            #expect(cluster.log.digests.flatMap(\.beats) == [7, 8])
            #expect(outcomes.codes.isEmpty)
            cluster.log.release()
            try await eventually { outcomes.codes == [nil, nil] }

            cluster.log.hold()
            cluster.nodes[0].announce([9], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .seconds(6))
            #expect(outcomes.codes == [nil, nil, .storeUnavailable])
            cluster.log.release()
            try await cluster.turn(by: .seconds(1))
            #expect(outcomes.codes.count == 3)
        }
    }

    /// A number that was given to a digest is never left out: others would take it for one that they missed.
    @Test func aDigestThatFailedIsWrittenAgainUntilItIsThere() async throws {
        try await TestCluster.runJoined { cluster in
            let before = cluster.log.digests.count
            cluster.log.failure = Self.away
            try await cluster.turn(by: .seconds(30))
            cluster.log.failure = nil
            try await cluster.turn(by: .seconds(3))
            let sequences = cluster.log.digests.map(\.sequence)
            #expect(sequences.count > before)
            #expect(sequences == Array(1...Int64(sequences.count)))
        }
    }

    @Test func aBeatThatIsNotConfirmedInTimeIsRefusedOnceAndMayStillArrive() async throws {
        try await TestCluster.runJoined { cluster in
            let outcomes = Outcomes()
            cluster.log.failure = Self.away
            // The first is in the digest that is being written, the second waits for the next.
            cluster.nodes[0].announce([1], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .milliseconds(1_500))
            cluster.nodes[0].announce([2], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .milliseconds(3_450))
            #expect(outcomes.codes.isEmpty)
            try await cluster.turn(by: .milliseconds(100))
            #expect(outcomes.codes == [.storeUnavailable])
            try await cluster.turn(by: .milliseconds(1_500))
            #expect(outcomes.codes == [.storeUnavailable, .storeUnavailable])
            cluster.log.failure = nil
            try await cluster.turn(by: .seconds(3))
            #expect(outcomes.codes.count == 2)
            let beats = cluster.log.digests.flatMap(\.beats)
            #expect(beats == [1], "one that waited is not announced any more, one that was sent may be there")
        }
    }

    @Test func moreBeatsThanMayWaitAreShed() async throws {
        try await TestCluster.runJoined { cluster in
            let outcomes = Outcomes()
            let many = [Int64](repeating: 1, count: BeatCollector.limit)
            cluster.log.failure = Self.away
            cluster.nodes[0].announce(many, deadline: .max) { outcomes.note($0) }
            cluster.nodes[0].announce([1], deadline: .max) { outcomes.note($0) }
            #expect(outcomes.codes == [.shed])
        }
    }

    @Test func whoStopsOwesNobodyAnAnswer() async throws {
        let outcomes = Outcomes()
        var last: ClusterNode?
        try await TestCluster.runJoined { cluster in
            cluster.log.failure = Self.away
            cluster.nodes[0].announce([1], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .milliseconds(1_500))
            cluster.nodes[0].announce([2], deadline: .max) { outcomes.note($0) }
            last = cluster.nodes[0]
        }
        #expect(outcomes.codes == [.notReady, .notReady])
        last?.announce([3], deadline: .max) { outcomes.note($0) }
        #expect(outcomes.codes == [.notReady, .notReady, .notReady])
    }

    @Test func beatsAndDigestsAreCounted() async throws {
        try await TestCluster.runJoined(2) { cluster in
            cluster.nodes[0].announce([1, 2, 3], deadline: .max) { _ in }
            try await cluster.turn(by: .seconds(2))
            let (one, other) = (cluster.nodes[0].sample.figures, cluster.nodes[1].sample.figures)
            #expect(one.ownBeats == 3)
            #expect(one.othersBeats == 0)
            #expect(other.ownBeats == 0)
            #expect(other.othersBeats == 3)
            #expect(one.digestsWritten == cluster.log.digests.count { $0.writer == 1 })
            #expect(one.digestsTaken == cluster.log.digests.count { $0.writer == 2 })
            #expect(one.hashMismatches == 0)
        }
    }
}
