public import RegistryModel
import Synchronization

/// What an instance's owner said last, and when: what moves without a commit.
public struct Observation: Sendable, Hashable {
    /// When its last heartbeat came; nil when none has since this process started.
    public var lastBeat: Timestamp?
    public var details: HealthDetails?
    public var load: LoadReport?
    public var metadata: Metadata?
    /// When ``load`` was reported.
    public var loadUpdatedAt: Timestamp?

    public init(
        lastBeat: Timestamp? = nil, details: HealthDetails? = nil, load: LoadReport? = nil, metadata: Metadata? = nil,
        loadUpdatedAt: Timestamp? = nil
    ) {
        self.lastBeat = lastBeat
        self.details = details
        self.load = load
        self.metadata = metadata
        self.loadUpdatedAt = loadUpdatedAt
    }
}

/// The observations of instances that reported any, by number. At most one an instance, and gone with it.
final class Observations: Sendable {
    private struct Entry {
        var observation = Observation()
        var resources = ResourceRule()
    }

    private let byNumber = Mutex<[Int64: Entry]>([:])

    subscript(number: Int64) -> Observation? { self.byNumber.withLock { $0[number]?.observation } }

    /// Keeps what a report brings; what it does not mention stays. Returns what its resources come to.
    func note(
        _ report: HealthReport, of number: Int64, at time: Timestamp, thresholds: ResourceThresholds
    ) -> ResourceRule.Verdict {
        self.byNumber.withLock { all in
            var entry = all[number] ?? Entry()
            defer { all[number] = entry }
            if let metadata = report.metadata { entry.observation.metadata = metadata }
            if let load = report.load {
                entry.observation.load = load
                entry.observation.loadUpdatedAt = time
            }
            guard let details = report.details else { return .open }
            entry.observation.details = details
            return entry.resources.take(details, thresholds)
        }
    }

    func forget(_ number: Int64) { self.byNumber.withLock { $0[number] = nil } }
}
