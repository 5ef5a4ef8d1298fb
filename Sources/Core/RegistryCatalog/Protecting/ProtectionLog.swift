import Logging
import RegistryModel
import Synchronization

/// Says when the registry begins to doubt what it sees, and when that is over; and counts it.
final class ProtectionLog: Sendable {
    /// Services that are named for one commit; the others are only counted.
    private static let lines = 10

    private let logger: Logger?
    private let begun = Atomic<Int>(0)

    init(logger: Logger?) { self.logger = logger }

    /// Services that came under protection since this process started.
    var count: Int { self.begun.load(ordering: .relaxed) }

    func tell(of changes: [Change]) {
        var told = 0
        for change in changes where change.instance.isEmpty {
            guard change.cause == .protect || change.cause == .endProtection else { continue }
            if change.cause == .protect { self.begun.add(1, ordering: .relaxed) }
            told += 1
            guard told <= Self.lines else { continue }
            self.logger?.warning(
                change.cause == .protect
                    ? "A service is protected: what went DOWN is kept as suspect."
                    : "A service is not protected any more.",
                metadata: [
                    "service": "\(change.service)", "detail": .string(change.detail), "actor": .string(change.actor),
                ])
        }
        if told > Self.lines {
            self.logger?.warning(
                "Protection began or ended for further services.",
                metadata: ["services": .stringConvertible(told - Self.lines)])
        }
    }

    func tell(of turn: WideProtection.Turn, _ counts: StateCounts) {
        let metadata: Logger.Metadata = [
            "instances": .stringConvertible(counts.instances), "available": .stringConvertible(counts.available),
            "suspect": .stringConvertible(counts.suspect),
        ]
        switch turn {
        case .began:
            self.logger?.warning(
                "Most of everything went DOWN at once: every service is protected where it loses an instance.",
                metadata: metadata)
        case .ended:
            self.logger?.warning("Most of everything is well again.", metadata: metadata)
        }
    }
}
