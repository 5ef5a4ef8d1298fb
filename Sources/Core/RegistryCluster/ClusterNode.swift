public import Logging
public import RegistryCatalog
public import RegistryModel
import Synchronization

/// This node among the others: it tells them who has beaten here, hears who has beaten there, and knows whose turn it is.
///
/// Made before the catalogue, which is given it as its link; ``run(_:)`` it once the catalogue is loaded.
public final class ClusterNode: ClusterLink {
    struct State {
        var roster = Roster()
        var collector = BeatCollector()
        var pace = DigestPace()
        var ledger = DigestLedger()
        var hashes = HashHistory()
        var departures = Departures()
        var absentees = Absentees()
        var figures = ClusterFigures()
        /// As the store was when it was asked last.
        var storeReport: StoreReport?
        var basis = DigestBasis(applied: .zero, hash: .zero)
        /// Of the newest digest that was made.
        var sequence: Int64 = 0
        var confirmation: DigestConfirmation
        /// What was written, or is being.
        var unconfirmed = UnconfirmedBeats()
        /// What has come back, to be answered.
        var confirmed: [BeatCollector.Entry] = []
        /// Why the store would not take the last digest; nil: it took it, or gave no answer.
        var refusal: StoreError?
        var isOver = false
    }

    /// As it joins the others.
    public let member: Member
    let store: any ClusterStore
    let clock: any RegistryClock
    let settings: ClusterSettings
    let logger: Logger?
    let state: Mutex<State>
    /// Told when there is something to answer.
    let answering = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    public init(
        _ member: Member, store: any ClusterStore, clock: any RegistryClock,
        settings: ClusterSettings = ClusterSettings(), logger: Logger? = nil
    ) {
        self.member = member
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.state = Mutex(State(confirmation: DigestConfirmation(since: clock.monotonicMilliseconds)))
    }

    // MARK: ClusterLink

    public var memberID: UInt64 { self.member.id }

    public func announce(
        _ beats: [Int64], deadline: Int64, completion: @escaping @Sendable (RegistryError?) -> Void
    ) {
        let deadline = min(deadline, self.clock.monotonicMilliseconds + self.settings.timeout.milliseconds)
        let entry = BeatCollector.Entry(beats: beats, deadline: deadline, completion: completion)
        let refusal: RegistryError? = self.state.withLock { state in
            if state.isOver { return .stopping }
            return state.collector.add(entry) ? nil : .tooManyBeats
        }
        if let refusal { completion(refusal) }
    }

    public func rank(for service: ServiceKey) -> Int {
        self.state.withLock { $0.roster.rank(of: self.memberID, for: service) }
    }

    public func isCutOff(now: Int64) -> Bool { self.state.withLock { $0.confirmation.isOverdue(now: now) } }

    public func silence(now: Int64) -> TimeSpan { self.state.withLock { $0.confirmation.silence(now: now) } }

    public func mayMissBeats(in events: [ClusterEvent]) -> Bool {
        self.state.withLock { $0.ledger.hasGap(in: events) }
    }

    public func take(_ events: [ClusterEvent], basis: DigestBasis) {
        let now = self.clock.monotonicMilliseconds
        let owesAnswers = self.state.withLock { state in
            let earlier = events.contains(.reloaded) ? state.beginAnew() : []
            state.basis = basis
            state.figures.hashMismatches += state.hashes.note(basis)
            for event in events { state.take(event, from: self.memberID, at: now) }
            state.noteAbsence(of: earlier, beside: self.memberID, at: now)
            state.confirmed += state.unconfirmed.takeConfirmed(upTo: state.confirmation.confirmed)
            return !state.confirmed.isEmpty
        }
        if owesAnswers { self.answering.continuation.yield() }
        for event in events { self.tell(of: event) }
    }

    private func tell(of event: ClusterEvent) {
        switch event {
        case .joined(let member):
            self.logger?.notice(
                "A member has joined.", metadata: ["node": "\(member.node)", "address": "\(member.address)"])
            guard member.node == self.member.node, member.id != self.memberID else { return }
            self.logger?.error(
                "Another process runs on this node's data directory; stop one of them.",
                metadata: ["address": "\(member.address)"])
        case .left(let id):
            self.logger?.notice("A member has left.", metadata: ["member": "\(id)"])
        case .reloaded:
            self.logger?.notice("Everything was read anew from the store.")
        case .digest: break
        }
    }
}

extension ClusterNode.State {
    mutating func take(_ event: ClusterEvent, from own: UInt64, at now: Int64) {
        switch event {
        case .joined(let member):
            self.roster.join(member)
            self.absentees.forget(member.id)
        case .left(let id):
            guard let member = self.roster.leave(id) else { return }
            self.departures.note(member, self.ledger[id], applied: self.basis.applied)
            self.hashes.forget(id)
        case .digest(let digest, _) where digest.writer == own:
            self.ledger.note(digest, at: now)
            self.confirmation.confirm(digest.sequence)
            self.figures.note(digest, isOwn: true)
        case .digest(let digest, _):
            self.ledger.note(digest, at: now)
            self.figures.note(digest, isOwn: false)
            self.figures.hashMismatches += self.hashes.note(digest)
        case .reloaded: break
        }
    }

    /// The events that follow are all there is. Returns who was a member until now.
    mutating func beginAnew() -> [Member] {
        defer { self.roster.clear() }
        self.hashes.beginAnew()
        return Array(self.roster.members.values)
    }
}

extension RegistryError {
    static let tooManyBeats = RegistryError(
        .shed, "As many heartbeats wait for the store as this node takes; try another one.", retryAfter: .seconds(1))
    static let stopping = RegistryError(
        .notReady, "The server is stopping; try another one.", retryAfter: .seconds(1))
    static let unconfirmed = RegistryError(
        .storeUnavailable, "The store did not confirm the heartbeat in time; try another node.", retryAfter: .seconds(1)
    )
}
