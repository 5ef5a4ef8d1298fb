import RegistryModel
import RegistryTestKit

@testable import Webhooks

/// Drives the state of one subscription by hand.
struct StateDriver {
    var generator = SeededGenerator(seed: 11)
    let settings = WebhookSettings(maximumBackoff: .seconds(8), giveUpAfter: .minutes(5))
    var now: Int64 = 1_000
    var time: Timestamp { Sample.time.advanced(by: .milliseconds(self.now)) }

    static let taken = DeliveryOutcome(status: 204)
    static let refused = DeliveryOutcome(status: 500)

    /// The state of a subscription that was just made.
    func made(at revision: Int64 = 5) -> DeliveryState {
        DeliveryState(Sample.subscription(), host: "h", current: Revision(revision), resumedAt: nil)
    }

    /// One try from its beginning to its end.
    mutating func send(
        _ state: inout DeliveryState, _ outcome: DeliveryOutcome, at revision: Int64? = nil
    ) -> DeliveryState.Attempt {
        state.take()
        let attempt = state.begin(at: revision.map { Revision($0) } ?? state.current)
        self.end(&state, outcome)
        return attempt
    }

    mutating func end(_ state: inout DeliveryState, _ outcome: DeliveryOutcome) {
        state.end(outcome, now: self.now, time: self.time, settings: self.settings, using: &self.generator)
    }
}
