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
    private let byNumber = Mutex<[Int64: Observation]>([:])

    subscript(number: Int64) -> Observation? { self.byNumber.withLock { $0[number] } }

    /// Keeps what a report brings; what it does not mention stays.
    func note(_ report: HealthReport, of number: Int64, at time: Timestamp) {
        self.byNumber.withLock { all in
            var observation = all[number] ?? Observation()
            if let details = report.details { observation.details = details }
            if let metadata = report.metadata { observation.metadata = metadata }
            if let load = report.load {
                observation.load = load
                observation.loadUpdatedAt = time
            }
            all[number] = observation
        }
    }

    func forget(_ number: Int64) { self.byNumber.withLock { $0[number] = nil } }
}
