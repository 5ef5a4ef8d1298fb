import RegistryModel

/// Whether the registry doubts what it sees of everything: more than half of all instances, in several services, fell within
/// `registry.ttl`.
///
/// While it lasts, one instance that falls is enough to protect its service, however small that is. Nothing of it is stored: what it leads
/// to is, service by service, and a restart derives it from that.
struct WideProtection: Sendable, Hashable {
    /// In fewer services than this the rule for each of them is enough; and a handful of small ones that stop together is no sign of
    /// anything.
    static let fewestServices = 10
    private static let slots: Int64 = 16

    /// How many fell in each part of the window; the newest at `newest`, modulo their number.
    private var fallen = [Int](repeating: 0, count: Int(Self.slots))
    private var newest: Int64 = 0
    private let slot: Int64
    /// Since when it has lasted; nil: it does not.
    private(set) var since: Timestamp?

    /// - Parameter window: `registry.ttl`.
    init(window: TimeSpan) { self.slot = max(window.milliseconds / Self.slots, 1) }

    var isActive: Bool { self.since != nil }

    /// So many fell now. Milliseconds of liveness time.
    mutating func note(_ count: Int, at now: Int64) {
        self.move(to: now)
        self.fallen[Int(self.newest % Self.slots)] += count
    }

    /// How many fell within the window, which is rounded up by a sixteenth.
    mutating func recent(at now: Int64) -> Int {
        self.move(to: now)
        return self.fallen.reduce(0, +)
    }

    private mutating func move(to now: Int64) {
        let slot = now / self.slot
        guard slot > self.newest else { return }
        for passed in max(self.newest + 1, slot - Self.slots + 1)...slot {
            self.fallen[Int(passed % Self.slots)] = 0
        }
        self.newest = slot
    }

    enum Turn: Sendable, Hashable {
        case began
        case ended
    }

    /// - Parameters:
    ///   - recent: instances that fell within the window and did not recover.
    ///   - services: how many services they are in, as far as it matters.
    mutating func review(_ counts: StateCounts, recent: Int, services: () -> Int, at time: Timestamp) -> Turn? {
        if self.isActive {
            // Those that fell a moment ago are flagged in several commits, also by several nodes: the first of them ends nothing.
            guard max(counts.suspect, recent) <= counts.available else { return nil }
            self.since = nil
            return .ended
        }
        guard recent >= Self.fewestServices, recent > counts.available, services() >= Self.fewestServices else {
            return nil
        }
        self.since = time
        return .began
    }

    /// After a restart it lasts if most of what is there is suspect.
    mutating func restore(_ counts: StateCounts, services: () -> Int, at time: Timestamp) {
        _ = self.review(counts, recent: counts.suspect, services: services, at: time)
    }
}
