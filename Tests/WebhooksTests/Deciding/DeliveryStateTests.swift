import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("The deliveries of one subscription")
struct DeliveryStateTests {
    private var driver = StateDriver()

    @Test mutating func theFirstDeliveryIsTheSnapshotAtCreation() {
        var state = self.driver.made()
        #expect(state.due == .min)
        let attempt = self.driver.send(&state, StateDriver.taken)
        #expect(attempt == DeliveryState.Attempt(revision: Revision(5), sequence: 1))
        #expect(
            state.progress
                == DeliveryProgress(
                    status: .active, acknowledged: Revision(5), sequence: 1, lastNotify: self.driver.time))
        #expect(state.due == nil)
    }

    @Test mutating func aServiceThatDoesNotExistIsDeliveredOnceAtRevision0() {
        var state = self.driver.made(at: 0)
        #expect(state.due != nil)
        #expect(self.driver.send(&state, StateDriver.taken).revision == .zero)
        #expect(state.due == nil)
        state.serviceIs(at: Revision(9))
        #expect(self.driver.send(&state, StateDriver.taken).sequence == 2)
        state.serviceIs(at: .zero)
        #expect(self.driver.send(&state, StateDriver.taken) == DeliveryState.Attempt(revision: .zero, sequence: 3))
    }

    @Test mutating func whatChangesWhileItIsSentIsSentAfterwardsAndOnlyTheNewest() {
        var state = self.driver.made()
        state.take()
        _ = state.begin(at: Revision(5))
        for revision in 6...20 { state.serviceIs(at: Revision(Int64(revision))) }
        #expect(state.due == nil, "one at a time")
        self.driver.end(&state, StateDriver.taken)
        #expect(state.progress.acknowledged == Revision(5))
        #expect(state.due != nil)
        #expect(
            self.driver.send(&state, StateDriver.taken) == DeliveryState.Attempt(revision: Revision(20), sequence: 2))
    }

    @Test mutating func aTryThatFailedIsMadeAgainUnderItsNumberUntilTheServiceChanges() {
        var state = self.driver.made()
        let first = self.driver.send(&state, StateDriver.refused)
        #expect(self.driver.send(&state, StateDriver.refused) == first)
        state.serviceIs(at: Revision(6))
        let second = self.driver.send(&state, StateDriver.refused)
        #expect(
            second == DeliveryState.Attempt(revision: Revision(6), sequence: 2), "the receiver may have taken the first"
        )
        #expect(self.driver.send(&state, StateDriver.taken) == second)
        #expect(state.progress.acknowledged == Revision(6))
    }

    @Test mutating func failuresAreCountedAndWaitedForAndSuccessForgetsThem() throws {
        var state = self.driver.made()
        var earlier: Int64 = 0
        for count in 1...20 {
            _ = self.driver.send(&state, StateDriver.refused)
            #expect(state.progress.status == .retrying)
            #expect(state.progress.retryCount == count)
            #expect(state.progress.error == "The receiver answered 500; 2xx is expected.")
            #expect(state.progress.failingSince == Sample.time.advanced(by: .milliseconds(1_000)))
            let due = try #require(state.due)
            let full = min(Int64(1_000) << Int64(count - 1), 8_000)
            #expect((full / 2...full).contains(due - self.driver.now))
            #expect(due > earlier)
            earlier = due
            self.driver.now = due
        }
        _ = self.driver.send(&state, StateDriver.taken)
        #expect(state.progress.status == .active)
        #expect((state.progress.retryCount, state.progress.error) == (0, ""))
        #expect(state.progress.failingSince == nil)
        state.serviceIs(at: Revision(9))
        #expect(state.due == .min, "no wait is left over")
    }

    @Test mutating func itGivesUpAfterTheTimeAndNotBeforeAndWithALastTryThen() throws {
        var state = self.driver.made()
        let start = self.driver.now
        _ = self.driver.send(&state, StateDriver.refused)
        while state.progress.status == .retrying {
            let due = try #require(state.due)
            #expect(due <= start + self.driver.settings.giveUpAfter.milliseconds)
            self.driver.now = due
            _ = self.driver.send(&state, StateDriver.refused)
        }
        #expect(state.progress.status == .failed)
        #expect(self.driver.now == start + self.driver.settings.giveUpAfter.milliseconds)
        #expect(state.due == nil)
        state.serviceIs(at: Revision(77))
        #expect(state.due == nil, "changes do not wake it")
        #expect(state.isUrgent)
    }

    @Test mutating func oneSuccessBeginsTheTimeAnew() throws {
        var state = self.driver.made()
        for round in 0..<5 {
            state.serviceIs(at: Revision(Int64(100 + round)))
            for _ in 0..<3 {
                _ = self.driver.send(&state, StateDriver.refused)
                self.driver.now += self.driver.settings.giveUpAfter.milliseconds / 3 - 1
            }
            #expect(state.progress.status == .retrying)
            _ = self.driver.send(&state, StateDriver.taken)
        }
    }

    @Test mutating func goneIsGivenUpAtOnce() {
        var state = self.driver.made()
        _ = self.driver.send(&state, DeliveryOutcome(status: 410))
        #expect(state.progress.status == .failed)
        #expect(state.due == nil)
    }

    @Test mutating func revivedItIsTriedAtOnceWithTheCountsReset() {
        var state = self.driver.made()
        _ = self.driver.send(&state, DeliveryOutcome(status: 410))
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
        #expect(self.driver.send(&state, StateDriver.taken).sequence == 1, "it is the same delivery")
    }

    @Test mutating func revivingAlsoEndsAWait() {
        var state = self.driver.made()
        _ = self.driver.send(&state, StateDriver.refused)
        #expect(state.due != .min)
        var record = Sample.subscription()
        record.revivals = 3
        state.reread(record)
        #expect(state.due == .min)
        #expect(state.progress.status == .active)
    }

    @Test mutating func whatNobodyKnowsCountsNeitherWay() {
        var state = self.driver.made()
        state.take()
        let attempt = state.begin(at: state.current)
        state.drop()
        #expect(state.progress.status == .active)
        #expect(state.due == .min)
        #expect(self.driver.send(&state, StateDriver.taken) == attempt)
    }
}
