import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("The deliveries of one subscription")
struct DeliveryStateTests {
    private var generator = SeededGenerator(seed: 11)
    private let settings = WebhookSettings(maximumBackoff: .seconds(8), giveUpAfter: .minutes(5))
    private var now: Int64 = 1_000
    private var time: Timestamp { Sample.time.advanced(by: .milliseconds(self.now)) }

    private func made(_ change: (inout Subscription) -> Void = { _ in }, at revision: Int64 = 5) -> DeliveryState {
        var subscription = Sample.subscription()
        change(&subscription)
        return DeliveryState(subscription, host: "h", current: Revision(revision), resumedAt: nil)
    }

    private mutating func send(
        _ state: inout DeliveryState, _ outcome: DeliveryOutcome, at revision: Int64? = nil
    ) -> DeliveryState.Attempt {
        state.take()
        let attempt = state.begin(at: revision.map { Revision($0) } ?? state.current)
        state.end(
            outcome, now: self.now, time: self.time, settings: self.settings, using: &self.generator)
        return attempt
    }

    private static let taken = DeliveryOutcome(status: 204)
    private static let refused = DeliveryOutcome(status: 500)

    @Test mutating func theFirstDeliveryIsTheSnapshotAtCreation() {
        var state = self.made()
        #expect(state.due == .min)
        let attempt = self.send(&state, Self.taken)
        #expect(attempt == DeliveryState.Attempt(revision: Revision(5), sequence: 1))
        #expect(
            state.progress
                == DeliveryProgress(
                    status: .active, acknowledged: Revision(5), sequence: 1, lastNotify: self.time))
        #expect(state.due == nil)
    }

    @Test mutating func aServiceThatDoesNotExistIsDeliveredOnceAtRevision0() {
        var state = self.made(at: 0)
        #expect(state.due != nil)
        #expect(self.send(&state, Self.taken).revision == .zero)
        #expect(state.due == nil)
        state.serviceIs(at: Revision(9))
        #expect(self.send(&state, Self.taken).sequence == 2)
        state.serviceIs(at: .zero)
        #expect(self.send(&state, Self.taken) == DeliveryState.Attempt(revision: .zero, sequence: 3))
    }

    @Test mutating func whatChangesWhileItIsSentIsSentAfterwardsAndOnlyTheNewest() {
        var state = self.made()
        state.take()
        _ = state.begin(at: Revision(5))
        for revision in 6...20 { state.serviceIs(at: Revision(Int64(revision))) }
        #expect(state.due == nil, "one at a time")
        state.end(Self.taken, now: self.now, time: self.time, settings: self.settings, using: &self.generator)
        #expect(state.progress.acknowledged == Revision(5))
        #expect(state.due != nil)
        #expect(self.send(&state, Self.taken) == DeliveryState.Attempt(revision: Revision(20), sequence: 2))
    }

    @Test mutating func aTryThatFailedIsMadeAgainUnderItsNumberUntilTheServiceChanges() {
        var state = self.made()
        let first = self.send(&state, Self.refused)
        #expect(self.send(&state, Self.refused) == first)
        state.serviceIs(at: Revision(6))
        let second = self.send(&state, Self.refused)
        #expect(
            second == DeliveryState.Attempt(revision: Revision(6), sequence: 2), "the receiver may have taken the first"
        )
        #expect(self.send(&state, Self.taken) == second)
        #expect(state.progress.acknowledged == Revision(6))
    }

    @Test mutating func failuresAreCountedAndWaitedForAndSuccessForgetsThem() throws {
        var state = self.made()
        var earlier: Int64 = 0
        for count in 1...20 {
            _ = self.send(&state, Self.refused)
            #expect(state.progress.status == .retrying)
            #expect(state.progress.retryCount == count)
            #expect(state.progress.error == "The receiver answered 500; 2xx is expected.")
            #expect(state.progress.failingSince == Sample.time.advanced(by: .milliseconds(1_000)))
            let due = try #require(state.due)
            let full = min(Int64(1_000) << Int64(count - 1), 8_000)
            #expect((full / 2...full).contains(due - self.now))
            #expect(due > earlier)
            earlier = due
            self.now = due
        }
        _ = self.send(&state, Self.taken)
        #expect(state.progress.status == .active)
        #expect((state.progress.retryCount, state.progress.error) == (0, ""))
        #expect(state.progress.failingSince == nil)
        state.serviceIs(at: Revision(9))
        #expect(state.due == .min, "no wait is left over")
    }

    @Test mutating func itGivesUpAfterTheTimeAndNotBeforeAndWithALastTryThen() throws {
        var state = self.made()
        let start = self.now
        _ = self.send(&state, Self.refused)
        while state.progress.status == .retrying {
            let due = try #require(state.due)
            #expect(due <= start + self.settings.giveUpAfter.milliseconds)
            self.now = due
            _ = self.send(&state, Self.refused)
        }
        #expect(state.progress.status == .failed)
        #expect(self.now == start + self.settings.giveUpAfter.milliseconds)
        #expect(state.due == nil)
        state.serviceIs(at: Revision(77))
        #expect(state.due == nil, "changes do not wake it")
        #expect(state.isUrgent)
    }

    @Test mutating func oneSuccessBeginsTheTimeAnew() throws {
        var state = self.made()
        for round in 0..<5 {
            state.serviceIs(at: Revision(Int64(100 + round)))
            for _ in 0..<3 {
                _ = self.send(&state, Self.refused)
                self.now += self.settings.giveUpAfter.milliseconds / 3 - 1
            }
            #expect(state.progress.status == .retrying)
            _ = self.send(&state, Self.taken)
        }
    }

    @Test mutating func goneIsGivenUpAtOnce() {
        var state = self.made()
        _ = self.send(&state, DeliveryOutcome(status: 410))
        #expect(state.progress.status == .failed)
        #expect(state.due == nil)
    }

    @Test mutating func revivedItIsTriedAtOnceWithTheCountsReset() {
        var state = self.made()
        _ = self.send(&state, DeliveryOutcome(status: 410))
        var record = Sample.subscription()
        record.progress = state.progress
        state.reread(record)
        #expect(state.progress.status == .failed, "its own record says nothing new")
        record.revivals = 1
        record.progress.revive()
        state.reread(record)
        #expect(state.progress.status == .active)
        #expect(state.progress.retryCount == 0)
        #expect(state.due == .min)
        #expect(self.send(&state, Self.taken).sequence == 1, "it is the same delivery")
    }

    @Test mutating func revivingAlsoEndsAWait() {
        var state = self.made()
        _ = self.send(&state, Self.refused)
        #expect(state.due != .min)
        var record = Sample.subscription()
        record.revivals = 3
        state.reread(record)
        #expect(state.due == .min)
        #expect(state.progress.status == .active)
    }

    @Test mutating func whatNobodyKnowsCountsNeitherWay() {
        var state = self.made()
        state.take()
        let attempt = state.begin(at: state.current)
        state.drop()
        #expect(state.progress.status == .active)
        #expect(state.due == .min)
        #expect(self.send(&state, Self.taken) == attempt)
    }

    // MARK: Numbers and restarts

    @Test mutating func afterARestartItGoesOnFromTheAcknowledgedRevisionUnderNumbersNeverUsed() {
        var before = self.made()
        var used: Set<Int64> = []
        // As many deliveries as may be made while nothing is committed.
        while before.due != nil {
            used.insert(self.send(&before, Self.taken).sequence)
            before.serviceIs(at: before.current.next)
        }
        #expect(used.count == Int(DeliveryState.numberLead))
        #expect(before.isUrgent)

        var state = DeliveryState(
            Sample.subscription(), host: "h", current: Revision(5), resumedAt: self.time)
        #expect(state.due == nil, "first a number has to be committed")
        #expect(state.isUrgent)
        state.noteCommitted(state.progress)
        let next = self.send(&state, Self.taken)
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
        self.now = 50_000
        _ = self.send(&state, Self.refused)
        #expect(state.progress.status == .retrying)
        self.now += 59_999
        _ = self.send(&state, Self.refused)
        #expect(state.progress.status == .retrying)
        self.now += 1
        _ = self.send(&state, Self.refused)
        #expect(state.progress.status == .failed, "4 minutes before, 1 minute since")
    }

    @Test mutating func aChangeOfStatusIsUrgentAndWhatIsCommittedIsNot() {
        var state = self.made()
        #expect(!state.isUnsaved)
        _ = self.send(&state, Self.taken)
        #expect(state.isUnsaved && !state.isUrgent)
        state.serviceIs(at: Revision(6))
        _ = self.send(&state, Self.refused)
        #expect(state.isUrgent)
        state.noteCommitted(state.progress)
        #expect(!state.isUnsaved)
        _ = self.send(&state, Self.refused)
        #expect(state.isUnsaved && !state.isUrgent)
    }
}
