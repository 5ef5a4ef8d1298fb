import RollcallClient
import ServerTestKit
import Testing

/// The checker of reads is held against reads that are wrong in one place each.
@Suite("Checker of reads")
struct ReadCheckerTests {
    private static let key = InstanceKey(service: ServiceKey(name: "payments"), id: "a")

    private static func checker(
        _ outcome: WriteRecord.Outcome, weight: UInt16?, service: Int64, _ entry: RollEntry
    ) -> ReadChecker {
        let instances = entry.weight == nil ? [:] : [self.key.id: entry]
        let cause = weight == nil ? "deregister" : "update"
        var checker = ReadChecker()
        checker.find(
            WatchChecker.View(revision: Revision(service), instances: instances),
            after: WriteRecord(instance: self.key, cause: cause, weight: weight, outcome: outcome))
        return checker
    }

    private static let written = RollEntry(weight: 2, revision: Revision(5))

    @Test("What was written is read, and others may have written meanwhile")
    func sound() {
        for service: Int64 in [5, 9] {
            let update = Self.checker(.acknowledged(Revision(5)), weight: 2, service: service, Self.written)
            #expect(update.violations.isEmpty)
            #expect(update.count == 1)
            let removal = Self.checker(.acknowledgedBy(Revision(5)), weight: nil, service: service, .absent)
            #expect(removal.violations.isEmpty)
        }
        #expect(Self.checker(.unknown, weight: 2, service: 1, .absent).count == 0, "nobody was told anything")
    }

    @Test("Noticed: the state before the write, and a revision before that of the answer")
    func staleReads() {
        let before = RollEntry(weight: 1, revision: Revision(4))
        let same = RollEntry(weight: 2, revision: Revision(4))
        for (service, entry) in [(4, before), (5, before), (5, same), (4, Self.written), (5, .absent)] {
            let checker = Self.checker(.acknowledged(Revision(5)), weight: 2, service: Int64(service), entry)
            #expect(!checker.violations.isEmpty, "\(entry) at \(service)")
        }
        for (service, entry) in [(5, before), (4, .absent)] {
            let checker = Self.checker(.acknowledgedBy(Revision(5)), weight: nil, service: Int64(service), entry)
            #expect(!checker.violations.isEmpty, "\(entry) at \(service)")
        }
    }
}
