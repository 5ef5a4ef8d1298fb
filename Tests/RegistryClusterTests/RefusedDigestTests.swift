import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// A node whose store answers, and takes no digest.
struct RefusedDigestTests {
    private static let full = StoreError(.full, "The store is full.")
    private static let obstacle = StoreError(.readOnly, "The store holds another history.")
    private static let away = StoreError(.unavailable, "The store does not answer.")

    // MARK: Membership

    /// A lease is for ten seconds; here none of several minutes is ever let go of.
    @Test func aFullStoreCostsNobodyItsMembership() async throws {
        try await TestCluster.runJoined(2) { cluster in
            try await cluster.turn(by: .seconds(3))
            let isWanted = try #require(cluster.stores[0].asked.isWanted)
            cluster.log.failure = Self.full
            for _ in 0..<600 {
                try await cluster.turn(by: .milliseconds(200))
                #expect(isWanted())
            }
            #expect(cluster.nodes[0].sample.isCutOff, "it cannot judge who is silent")
            cluster.log.failure = nil
            try await cluster.turn(by: .milliseconds(500))
            #expect(isWanted())
            #expect(!cluster.nodes[0].sample.isCutOff)
        }
    }

    @Test(arguments: [Self.away, Self.obstacle])
    func whatElseKeepsANodeFromBeingHeardCostsItItsMembership(_ failure: StoreError) async throws {
        try await TestCluster.runJoined { cluster in
            let isWanted = try #require(cluster.stores[0].asked.isWanted)
            cluster.log.failure = Self.full
            try await cluster.turn(by: .seconds(20))
            #expect(isWanted())
            cluster.log.failure = failure
            try await cluster.turn(by: .milliseconds(300))
            #expect(!isWanted())
            cluster.log.failure = nil
            try await cluster.turn(by: .milliseconds(500))
            #expect(isWanted())
        }
    }

    // MARK: Beats

    @Test(arguments: [(Self.full, RegistryError.Code.storeFull), (Self.obstacle, .storeUnavailable)])
    func beatsAreRefusedAtOnceAndForThatReason(_ failure: StoreError, _ code: RegistryError.Code) async throws {
        try await TestCluster.runJoined { cluster in
            let outcomes = Outcomes()
            cluster.log.failure = failure
            // The first is in the digest that is being written, the others wait for the next.
            for beat: Int64 in 1...3 {
                cluster.nodes[0].announce([beat], deadline: .max) { outcomes.note($0) }
                try await cluster.turn(by: .milliseconds(beat == 1 ? 1_100 : 250))
                #expect(outcomes.codes == [RegistryError.Code?](repeating: code, count: Int(beat)))
            }
            cluster.log.failure = nil
            try await cluster.turn(by: .seconds(2))
            #expect(outcomes.codes.count == 3, "nobody is answered twice")
            let digests = cluster.log.digests
            #expect(digests.flatMap(\.beats) == [1], "the digest itself is written again until it is there")
            #expect(digests.map(\.sequence) == Array(1...Int64(digests.count)))
            cluster.nodes[0].announce([4], deadline: .max) { outcomes.note($0) }
            try await cluster.turn(by: .seconds(1))
            #expect(outcomes.codes.last == .some(nil))
        }
    }

    // MARK: The log

    @Test func itIsToldWhenItBeginsWhenTheReasonChangesAndWhenItEnds() async throws {
        try await TestCluster.runJoined { cluster in
            var told: [String] { cluster.logged.messages.filter { $0.contains("Digests") } }
            try await cluster.turn(by: .seconds(5))
            #expect(told.isEmpty)
            for (failure, count) in [(Self.away, 1), (Self.full, 2), (nil, 3), (Self.full, 4)] as [(StoreError?, Int)] {
                cluster.log.failure = failure
                try await cluster.turn(by: .seconds(30))
                #expect(told.count == count, "\(told)")
                if let failure { #expect(told.last?.contains(failure.message) == true, "\(told)") }
            }
        }
    }
}
