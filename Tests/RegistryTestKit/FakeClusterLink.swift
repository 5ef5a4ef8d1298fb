public import RegistryCatalog
public import RegistryModel
import Synchronization

/// Other nodes that do as a test says: ranks, what is announced to them, and what they have said.
public final class FakeClusterLink: ClusterLink {
    public typealias Completion = @Sendable (RegistryError?) -> Void

    private struct State {
        var rank = 0
        var ranks: [ServiceKey: Int] = [:]
        var isCutOff = false
        var isMissingBeats = false
        var isHolding = false
        var announced: [[Int64]] = []
        var waiting: [Completion] = []
        var events: [ClusterEvent] = []
        var basis: DigestBasis?
        var nodes: [DrainReport.Node] = []
    }

    public let memberID: UInt64
    private let state = Mutex(State())

    public init(memberID: UInt64 = 1) { self.memberID = memberID }

    // MARK: What tests ask for

    /// Of this node, for every service that has none of its own.
    public var rank: Int {
        get { self.state.withLock { $0.rank } }
        set { self.state.withLock { $0.rank = newValue } }
    }

    public func setRank(_ rank: Int?, for service: ServiceKey) { self.state.withLock { $0.ranks[service] = rank } }

    public var isCutOff: Bool {
        get { self.state.withLock { $0.isCutOff } }
        set { self.state.withLock { $0.isCutOff = newValue } }
    }

    /// Whether the next events are said to leave a gap.
    public func missBeats() { self.state.withLock { $0.isMissingBeats = true } }

    /// From now on announcements wait for ``complete(_:)``.
    public func hold() { self.state.withLock { $0.isHolding = true } }

    /// Completes all announcements that wait.
    public func complete(_ error: RegistryError? = nil) {
        let waiting = self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for completion in waiting { completion(error) }
    }

    /// What was announced, each with the numbers that came together.
    public var announced: [[Int64]] { self.state.withLock { $0.announced } }

    /// Announcements that wait.
    public var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    /// What the catalogue handed on, and how far it was with the newest of it.
    public var taken: [ClusterEvent] { self.state.withLock { $0.events } }
    public var basis: DigestBasis? { self.state.withLock { $0.basis } }

    /// How the other nodes stand with every drain.
    public var nodes: [DrainReport.Node] {
        get { self.state.withLock { $0.nodes } }
        set { self.state.withLock { $0.nodes = newValue } }
    }

    // MARK: ClusterLink

    public func announce(_ beats: [Int64], deadline: Int64, completion: @escaping Completion) {
        let isHeld = self.state.withLock { state in
            state.announced.append(beats)
            if state.isHolding { state.waiting.append(completion) }
            return state.isHolding
        }
        if !isHeld { completion(nil) }
    }

    public func rank(for service: ServiceKey) -> Int { self.state.withLock { $0.ranks[service] ?? $0.rank } }

    public func isCutOff(now: Int64) -> Bool { self.isCutOff }

    public func silence(now: Int64) -> TimeSpan { .zero }

    public func mayMissBeats(in events: [ClusterEvent]) -> Bool {
        self.state.withLock { state in
            defer { state.isMissingBeats = false }
            return state.isMissingBeats || events.contains(.reloaded)
        }
    }

    public func take(_ events: [ClusterEvent], basis: DigestBasis) {
        self.state.withLock { state in
            state.events += events
            state.basis = basis
        }
    }

    public func standing(of drain: Digest.PendingDrain) -> [DrainReport.Node] { self.nodes }
}
