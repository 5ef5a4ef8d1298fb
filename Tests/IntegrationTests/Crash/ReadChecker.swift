import RollcallClient
import ServerTestKit

/// P6: who reads after the answer to its own write finds what it wrote, as nobody else writes that instance.
struct ReadChecker: Sendable {
    private(set) var violations: [String] = []
    /// How many writes were read back.
    private(set) var count = 0

    /// What was read of the service right after `write`; an unanswered one promises nothing.
    mutating func find(_ view: WatchChecker.View, after write: WriteRecord) {
        guard let revision = write.outcome.revision else { return }
        self.count += 1
        if view.revision < revision { self.violations.append("after \(write) its service is at \(view.revision)") }
        let entry = view.instances[write.instance.id] ?? .absent
        let isOlder = entry.revision.map { $0 < revision } ?? false
        if entry.weight != write.weight || isOlder { self.violations.append("after \(write) there is \(entry)") }
    }

    static func + (one: ReadChecker, other: ReadChecker) -> ReadChecker {
        var sum = one
        sum.violations += other.violations
        sum.count += other.count
        return sum
    }
}
