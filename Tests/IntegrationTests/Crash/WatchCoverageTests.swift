import RollcallClient
import ServerTestKit
import Testing

/// Streams that keep every promise to their watcher, of servers that do less than they should.
@Suite("Coverage of watches")
struct WatchCoverageTests {
    private typealias Block = Subscriber.Block

    private static let service = ServiceKey(name: "payments")
    private static let rounds = 3

    private static func snapshot(_ revision: Int64) -> Block {
        let service = Service(
            key: self.service, number: 0, createdAt: .epoch, updatedAt: .epoch, revision: Revision(revision))
        let status = ServiceStatus(state: ServiceStatus.active, health: .up, instances: 0)
        let document = ServiceDocument(service: service, status: status, instances: [])
        return Block(document: .snapshot(self.service, revision: Revision(revision), document), id: "\(revision)")
    }

    private static func record(_ revision: Int64) -> HistoryRecord {
        HistoryRecord(
            revision: Revision(revision), time: .epoch, service: self.service, instance: "a", cause: "update",
            actor: "",
            health: .up)
    }

    private static func change(_ revision: Int64) -> Block {
        Block(
            document: .change(
                self.service, revision: Revision(revision), changes: [self.record(revision)], instances: [],
                removed: []),
            id: "\(revision)")
    }

    private static func gap(_ from: Int64, _ to: Int64) -> Block {
        Block(document: .gap(self.service, from: Revision(from), to: Revision(to)))
    }

    /// Twenty revisions in each round: a snapshot after the restart, then changes, with two cuts near the end.
    ///
    /// - Parameters:
    ///   - isLive: changes are told while the stream is open; otherwise only who comes again hears of them.
    ///   - resumes: who comes again goes on; otherwise it gets a gap and a snapshot.
    private static func coverage(isLive: Bool = true, resumes: Bool = true) -> WatchCoverage {
        var checker = WatchChecker()
        for round in 0..<Int64(self.rounds) {
            let start = round * 20
            if round > 0 { checker.take(self.gap(start, start + 1)) }
            checker.take(self.snapshot(start + 1))
            var told = start + 1
            if isLive {
                for revision in start + 2...start + 18 { checker.take(self.change(revision)) }
                told = start + 18
            }
            for now in start + 19...start + 20 {
                checker.cut()
                if resumes {
                    for revision in told + 1...now { checker.take(self.change(revision)) }
                } else {
                    for block in [self.gap(told, now), self.snapshot(now)] { checker.take(block) }
                }
                told = now
            }
            checker.cut()
        }
        let last = Int64(self.rounds) * 20
        checker.finish(
            [self.service: WatchChecker.View(revision: Revision(last))], (1...last).map { self.record($0) })
        #expect(checker.violations.isEmpty, "to its watcher all is in order")
        return checker.coverage
    }

    @Test("A server that tells changes as they happen, and lets watchers go on, does enough")
    func sound() {
        let coverage = Self.coverage()
        #expect(coverage.live == Self.rounds * 17)
        #expect(coverage.resumed == Self.rounds * 2)
        #expect(coverage.shortfalls(rounds: Self.rounds).isEmpty)
    }

    @Test("Noticed: changes are told only to who comes again")
    func nothingLive() {
        let coverage = Self.coverage(isLive: false)
        #expect(coverage.live == 0)
        #expect(coverage.shortfalls(rounds: Self.rounds).count == 1)
    }

    @Test("Noticed: who comes again always gets a snapshot")
    func nothingResumed() {
        let coverage = Self.coverage(resumes: false)
        #expect(coverage.resumed == 0)
        #expect(coverage.shortfalls(rounds: Self.rounds).count == 1)
    }
}
