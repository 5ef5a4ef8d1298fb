import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// A node whose store answers, and takes no digest.
struct RefusedDigestTests {
    private static let full = StoreError(.full, "The store is full.")
    private static let away = StoreError(.unavailable, "The store does not answer.")

    // MARK: The log

    @Test func itIsToldWhenItBeginsWhenTheReasonChangesAndWhenItEnds() async throws {
        let log = LoggedEvents()
        try await TestCluster.runJoined(logger: log.logger) { cluster in
            var told: [String] { log.messages.filter { $0.contains("Digests") } }
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
