import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("Numbers of deliveries, and restarts")
struct DeliveryNumbersTests {
    private var driver = StateDriver()

    @Test mutating func afterARestartItGoesOnFromTheAcknowledgedRevisionUnderNumbersNeverUsed() {
        var before = self.driver.made()
        var used: Set<Int64> = []
        // As many deliveries as may be made while nothing is committed.
        while before.due != nil {
            used.insert(self.driver.send(&before, StateDriver.taken).sequence)
            before.serviceIs(at: before.current.next)
        }
        #expect(used.count == Int(DeliveryState.numberLead))
        #expect(before.isUrgent)

        var state = DeliveryState(
            Sample.subscription(), host: "h", current: Revision(5), resumedAt: self.driver.time)
        #expect(state.due == nil, "first a number has to be committed")
        #expect(state.isUrgent)
        state.noteCommitted(state.progress)
        let next = self.driver.send(&state, StateDriver.taken)
        #expect(next.revision == Revision(5), "what was not committed as taken is delivered again")
        #expect(!used.contains(next.sequence))
        #expect(next.sequence > used.max() ?? 0)
    }

    @Test func whatWasAcknowledgedIsNotSentAgainAfterARestart() {
        var subscription = Sample.subscription()
        subscription.progress = DeliveryProgress(acknowledged: Revision(5), sequence: 3)
        let state = DeliveryState(subscription, host: "h", current: Revision(5), resumedAt: Sample.time)
        #expect(state.due == nil)
        #expect(!state.isUnsaved, "a restart alone writes nothing")
    }

    @Test mutating func theTimeThatTheRegistryDidNotRunIsNoFailure() throws {
        var subscription = Sample.subscription()
        subscription.progress = DeliveryProgress(status: .retrying, retryCount: 4, failingSince: Sample.time)
        subscription.updatedAt = Sample.time.advanced(by: .minutes(4))
        let restart = Sample.time.advanced(by: .hours(1_000))
        var state = DeliveryState(subscription, host: "h", current: Revision(5), resumedAt: restart)
        #expect(state.progress.failingSince == restart.advanced(by: .minutes(-4)))
        state.noteCommitted(state.progress)
        self.driver.now = 50_000
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.progress.status == .retrying)
        self.driver.now += 59_999
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.progress.status == .retrying)
        self.driver.now += 1
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.progress.status == .failed, "4 minutes before, 1 minute since")
    }

    @Test mutating func aChangeOfStatusIsUrgentAndWhatIsCommittedIsNot() {
        var state = self.driver.made()
        #expect(!state.isUnsaved)
        _ = self.driver.send(&state, StateDriver.taken)
        #expect(state.isUnsaved && !state.isUrgent)
        state.serviceIs(at: Revision(6))
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.isUrgent)
        state.noteCommitted(state.progress)
        #expect(!state.isUnsaved)
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.isUnsaved && !state.isUrgent)
    }
}
