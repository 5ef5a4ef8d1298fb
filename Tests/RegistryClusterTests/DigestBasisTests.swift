import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCluster

/// A digest says that everything up to a commit is with those who read here, but for the drains that it names.
struct DigestBasisTests {
    @Test func whatIsAppliedWhileItsDrainsAreLookedUpIsNotCalledApplied() async throws {
        let (clock, log) = (ManualClock(), SharedLog())
        let node = ClusterNode(Made.member(1), store: LogStore(1, log), clock: clock)
        log.attach(node)
        log.commit()
        // The drains are looked up by the catalogue's clock: at that moment comes another commit, which may be one.
        let commits = CommittingClock(clock, log)
        let catalog = Catalog(store: LogStore(1, log), clock: commits)
        commits.commitNext()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await node.run(catalog) }
            try await eventually {
                clock.advance(by: .milliseconds(50))
                return log.digests.count >= 2
            }
            group.cancelAll()
        }
        #expect(log.digests.prefix(2).map(\.applied.rawValue) == [2, 3])
    }

    @Test func drainsAreLookedUpOnlyForADigestThatIsDue() async throws {
        let (clock, log) = (ManualClock(), SharedLog())
        let node = ClusterNode(Made.member(1), store: LogStore(1, log), clock: clock)
        log.attach(node)
        let counting = CommittingClock(clock, log)
        let catalog = Catalog(store: LogStore(1, log), clock: counting)
        let before = counting.asked
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await node.run(catalog) }
            try await eventually {
                clock.advance(by: .milliseconds(50))
                return log.digests.count >= 3
            }
            group.cancelAll()
        }
        // One that is about to be put counts too.
        #expect((3...log.digests.count + 1).contains(counting.asked - before))
    }
}

/// When it is asked for the time something is committed, once. Counts how often it is.
private final class CommittingClock: RegistryClock {
    private let clock: ManualClock
    private let log: SharedLog
    private let commits = Mutex(false)
    private let count = Mutex(0)

    init(_ clock: ManualClock, _ log: SharedLog) {
        self.clock = clock
        self.log = log
    }

    func commitNext() { self.commits.withLock { $0 = true } }

    var asked: Int { self.count.withLock { $0 } }

    var wallTime: Timestamp { self.clock.wallTime }

    var monotonicMilliseconds: Int64 {
        self.count.withLock { $0 += 1 }
        let isDue = self.commits.withLock { isDue in
            defer { isDue = false }
            return isDue
        }
        if isDue { self.log.commit() }
        return self.clock.monotonicMilliseconds
    }

    func sleep(for span: TimeSpan) async throws { try await self.clock.sleep(for: span) }
}
