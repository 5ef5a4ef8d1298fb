import RegistryCatalog
import RegistryModel

/// Before when no instance may be expired: each sign of life holds for the instance's ttl, and after a disturbance that met an
/// instance before its deadline, it has at least its ttl from the end of that.
struct Deadlines {
    /// What the checker calls a disturbance: time in which the catalogue cannot know who is alive. Monotonic milliseconds.
    struct Disturbance {
        var start: Int64
        var end: Int64
    }

    private struct Hold {
        /// When the newest sign of life was sent that was acknowledged.
        var sign: Int64
        /// The end of a disturbance that pushed the deadline back.
        var floor: Int64
    }

    private static let remembered = 32

    private let defaultTTL: TimeSpan
    private var holds: [InstanceKey: Hold] = [:]
    private var disturbances: [Disturbance] = []

    init(ttl: TimeSpan) { self.defaultTTL = ttl }

    /// The ttl of an instance that owes heartbeats; nil for any other.
    func ttl(of instance: Instance?) -> Int64? {
        switch instance?.spec.ttl {
        case .never: nil
        case .after(let span): span.milliseconds
        case nil: instance == nil ? nil : self.defaultTTL.milliseconds
        }
    }

    /// A sign of life was acknowledged.
    mutating func hold(_ key: InstanceKey, sent: Int64, _ truth: Truth) {
        var hold = self.holds[key] ?? Hold(sign: sent, floor: .min)
        hold.sign = max(hold.sign, sent)
        if let ttl = self.ttl(of: truth.latest(key)) {
            for disturbance in self.disturbances where disturbance.end > sent && disturbance.start < sent + ttl {
                hold.floor = max(hold.floor, disturbance.end)
            }
        }
        self.holds[key] = hold
    }

    mutating func disturb(_ disturbance: Disturbance, _ truth: Truth) {
        self.disturbances.append(disturbance)
        if self.disturbances.count > Self.remembered { self.disturbances.removeFirst() }
        for (key, hold) in self.holds {
            guard let ttl = self.ttl(of: truth.latest(key)), max(hold.sign, hold.floor) + ttl > disturbance.start else {
                continue
            }
            self.holds[key]?.floor = max(hold.floor, disturbance.end)
        }
    }

    /// A new process has read the store: everybody has a whole ttl from now on.
    mutating func restart(at now: Int64, _ truth: Truth) {
        self.disturbances = []
        self.holds = truth.present.mapValues { _ in Hold(sign: now, floor: now) }
    }

    /// Before when an instance may not be expired; nil when nothing is known of it.
    func deadline(of key: InstanceKey, _ truth: Truth) -> Int64? {
        self.ttl(of: truth.latest(key)).flatMap { self.deadline(of: key, ttl: $0) }
    }

    func deadline(of key: InstanceKey, ttl: Int64) -> Int64? {
        self.holds[key].map { max($0.sign, $0.floor) + ttl }
    }

    /// When the newest sign of life was sent that was acknowledged.
    func sign(of key: InstanceKey) -> Int64? { self.holds[key]?.sign }

    mutating func forget(_ key: InstanceKey) { self.holds[key] = nil }
}

extension Call {
    /// Whether an answer without an error means that its instance was heard.
    var isSignOfLife: Bool {
        switch self.wish {
        case .renewal, .report, .command(.register(_)): true
        default: false
        }
    }
}

extension CommitGroup {
    /// The instances that it marks DOWN for missing heartbeats.
    var expired: [InstanceKey] { self.changes.compactMap(\.change.expired) }
}

extension CommittedBatch {
    /// The instances that it marks DOWN for missing heartbeats.
    var expired: [InstanceKey] { self.changes.compactMap(\.expired) }
}

extension Change {
    fileprivate var expired: InstanceKey? {
        self.cause == .expire ? InstanceKey(service: self.service, id: self.instance) : nil
    }
}
