import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCatalog

struct LeaseTests {
    private static func lease(
        _ purpose: Lease.Purpose = .expiry, span: Int64 = 1_000, grace: Int64 = 300, isRenewable: Bool = true,
        deadline: Int64 = 1_000
    ) -> Lease {
        let terms = Lease.Terms(
            purpose: purpose, span: .milliseconds(span), grace: .milliseconds(grace), isRenewable: isRenewable)
        return Lease(key: InstanceKey(), number: 1, terms: terms, deadline: deadline)
    }

    @Test func aRenewalPushesTheDeadline() {
        let lease = Self.lease()
        #expect(lease.renew(now: 500))
        #expect(lease.scheduledDeadline == 1_500)
        #expect(lease.due(now: 1_499, floor: -1_000) == .later(1_500))
        #expect(lease.due(now: 1_500, floor: -1_000) == .claim)
    }

    @Test func aRenewalThatIsLateByItsOwnTimeDoesNotPullItBack() {
        let lease = Self.lease(deadline: 5_000)
        #expect(lease.renew(now: 10))
        #expect(lease.scheduledDeadline == 5_000)
    }

    @Test func afterAStandstillTheGraceIsLeft() {
        let lease = Self.lease(deadline: 1_000)
        #expect(lease.due(now: 2_000, floor: 1_900) == .later(2_200))
        #expect(lease.due(now: 2_200, floor: 1_900) == .claim)
    }

    @Test func aClaimCannotBeRenewedAndIsTakenBackOnce() {
        let lease = Self.lease()
        #expect(lease.due(now: 1_000, floor: -1_000) == .claim)
        #expect(lease.isClaimed)
        #expect(!lease.renew(now: 1_001))
        #expect(lease.due(now: 1_001, floor: -1_000) == .over)
        #expect(lease.scheduledDeadline == nil)
        #expect(lease.reclaim(now: 1_002))
        #expect(lease.scheduledDeadline == 2_002)
        #expect(!lease.reclaim(now: 1_003))
        #expect(!lease.release(now: 1_003))
        #expect(lease.renew(now: 1_500))
    }

    @Test func aClaimThatFailedLeavesTheGraceAndAtLeastASecond() {
        let brief = Self.lease(grace: 0)
        _ = brief.due(now: 1_000, floor: 0)
        #expect(brief.release(now: 2_000))
        #expect(brief.scheduledDeadline == 3_000)
        let long = Self.lease(.removal, span: 600_000, grace: 30_000, isRenewable: false)
        _ = long.due(now: .max, floor: 0)
        #expect(long.release(now: 2_000))
        #expect(long.scheduledDeadline == 32_000)
    }

    @Test func whatIsCancelledIsOver() {
        let lease = Self.lease()
        lease.cancel()
        #expect(!lease.renew(now: 0))
        #expect(lease.due(now: .max, floor: 0) == .over)
        #expect(!lease.reclaim(now: 0))
        #expect(!lease.release(now: 0))
        #expect(lease.scheduledDeadline == nil)
    }

    @Test func aClaimThatIsCancelledIsNotTakenBack() {
        let lease = Self.lease()
        _ = lease.due(now: 1_000, floor: -1_000)
        lease.cancel()
        #expect(!lease.isClaimed)
        #expect(!lease.reclaim(now: 0))
    }

    @Test func aLeaseThatIsNotRenewableNeedsACommit() {
        let lease = Self.lease(.removal, isRenewable: false)
        #expect(!lease.renew(now: 0))
        #expect(lease.scheduledDeadline == 1_000)
    }

    private final class Shared: Sendable {
        let clock = Atomic<Int64>(0)
        /// The latest deadline that was promised.
        let acknowledged = Mutex<Int64>(10)
    }

    /// P4 in the small: of many tasks that renew and one that claims, a claim never comes at or before an acknowledged renewal's
    /// deadline, and after a claim no renewal is acknowledged.
    @Test func renewalsAndClaimsFromManyTasksExclude() async {
        for round in 0..<200 {
            let lease = Self.lease(span: 10, grace: 0, deadline: 10)
            let shared = Shared()
            let claimedAt = await withTaskGroup(of: Int64?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        while true {
                            let now = shared.clock.load(ordering: .sequentiallyConsistent)
                            guard lease.renew(now: now) else { return nil }
                            shared.acknowledged.withLock { $0 = max($0, now + 10) }
                            if now > 50 + Int64(round % 7) { return nil }
                            await Task.yield()
                        }
                    }
                }
                group.addTask {
                    while true {
                        let now = shared.clock.add(1, ordering: .sequentiallyConsistent).newValue
                        if lease.due(now: now, floor: -1_000) == .claim { return now }
                        await Task.yield()
                    }
                }
                var claimed: Int64?
                for await result in group { claimed = result ?? claimed }
                return claimed
            }
            let last = shared.acknowledged.withLock { $0 }
            #expect(claimedAt.map { $0 >= last } == true, "claimed at \(claimedAt ?? -1), acknowledged until \(last)")
            #expect(!lease.renew(now: 1_000))
        }
    }

    /// The closest race there is: one renewal and one claim of the same lease, lease after lease, side by side.
    @Test func aRenewalAndAClaimNeverBothSucceed() async {
        let leases = (0..<40_000).map { _ in Self.lease(span: 10, grace: 0, deadline: 10) }
        let places = (renewing: Place(), claiming: Place())
        async let renewed = leases.indices.map { index in
            places.renewing.meet(places.claiming, at: index)
            return leases[index].renew(now: 5)
        }
        async let claimed = leases.indices.map { index in
            places.claiming.meet(places.renewing, at: index)
            return leases[index].due(now: 10, floor: -1_000) == .claim
        }
        let both = await zip(renewed, claimed).filter { $0 == $1 }.count
        #expect(both == 0, "of a renewal and a claim, exactly one succeeds")
    }

    /// How far a task has come.
    private final class Place: Sendable {
        private let index = Atomic<Int>(-1)

        /// Waits a little for the other one to come as far; not for ever, it may have no processor.
        func meet(_ other: Place, at index: Int) {
            self.index.store(index, ordering: .sequentiallyConsistent)
            var turns = 0
            while turns < 2_000, other.index.load(ordering: .sequentiallyConsistent) < index { turns += 1 }
        }
    }
}
