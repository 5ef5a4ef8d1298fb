import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Stored subscriptions")
struct SubscriptionRecordTests {
    @Test("A subscription is read as it was written", arguments: Subscription.Status.allCases)
    func subscription(_ status: Subscription.Status) throws {
        var full = Sample.subscription()
        full.revivals = .max
        full.progress = DeliveryProgress(
            status: status, acknowledged: .zero, sequence: Limits.largestInteger, lastNotify: .epoch,
            error: "e\u{301}", retryCount: .max, failingSince: Sample.time)
        for subscription in [full, Sample.subscription("", callback: "")] {
            let bytes = RecordCodecTests.bytes { subscription.write(to: &$0) }
            let read = try RecordCodecTests.read(bytes) { reader throws(RecordFault) in
                try Subscription(from: &reader, number: subscription.number, revision: .zero)
            }
            #expect(read == subscription)
        }
    }
}
