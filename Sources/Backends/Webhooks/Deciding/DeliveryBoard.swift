import RegistryCatalog
import RegistryModel

/// Every subscription with the state of its deliveries: who is to be sent to now, who waits, and whose progress is to be committed.
/// Decides, and does nothing; times are monotonic milliseconds.
struct DeliveryBoard: Sendable {
    private let settings: WebhookSettings
    private var generator: any RandomNumberGenerator & Sendable
    private var states: [String: DeliveryState] = [:]
    private var byService: [ServiceKey: Set<String>] = [:]
    private var lanes: HostLanes
    private var timers = RetryTimers()
    private var unsaved: Set<String> = []
    private var urgent: Set<String> = []
    private var nextSaving = Int64.min

    /// What is to be committed of one subscription.
    struct Saving: Sendable, Hashable {
        let id: String
        let service: ServiceKey
        let progress: DeliveryProgress
        let revivals: Int64
        /// The number that this goes on from.
        let after: Int64

        var command: Command {
            .subscription(
                SubscriptionCommand(
                    id: self.id, service: self.service,
                    .note(self.progress, revivals: self.revivals, after: self.after)))
        }
    }

    init(settings: WebhookSettings, generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.settings = settings
        self.generator = generator
        self.lanes = HostLanes(slots: settings.concurrency, share: settings.concurrencyPerHost)
    }

    var ids: [String] { Array(self.states.keys) }
    var sendingCount: Int { self.lanes.taken }
    func state(of id: String) -> DeliveryState? { self.states[id] }

    // MARK: Subscriptions and services

    /// Takes over a subscription as it is now.
    ///
    /// - Parameters:
    ///   - revision: of its service; 0: there is none.
    ///   - resumedAt, isShared: as in `DeliveryState`.
    /// - Returns: whether it is the first of its service, which then has to be followed.
    mutating func put(
        _ subscription: Subscription, revision: Revision, resumedAt: Timestamp?, isShared: Bool = false, now: Int64
    ) -> Bool {
        let id = subscription.id
        if let state = self.states[id], !state.isSuperseded(by: subscription) {
            self.states[id]?.reread(subscription)
            self.settle(id, now: now)
            return false
        }
        // A callback that is no URL any more has a lane of its own, and fails when it is tried.
        let host = (try? CallbackURL(subscription.callback))?.host ?? id
        self.states[id] = DeliveryState(
            subscription, host: host, current: revision, resumedAt: resumedAt, isShared: isShared)
        // A delivery from before it was let go, or claimed by another, keeps its slot to its end.
        if self.lanes.has(id) { self.states[id]?.take() }
        self.settle(id, now: now)
        return self.byService[subscription.service, default: []].insert(id).inserted
            && self.byService[subscription.service]?.count == 1
    }

    /// Forgets a subscription; a delivery under way keeps its slot to its end. Returns its service if none of that is left.
    mutating func remove(_ id: String) -> ServiceKey? {
        guard let state = self.states.removeValue(forKey: id) else { return nil }
        self.timers.set(id, nil)
        self.unsaved.remove(id)
        self.urgent.remove(id)
        self.byService[state.service]?.remove(id)
        guard self.byService[state.service]?.isEmpty == true else { return nil }
        self.byService[state.service] = nil
        return state.service
    }

    mutating func serviceChanged(_ service: ServiceKey, revision: Revision, now: Int64) {
        for id in self.byService[service] ?? [] {
            self.states[id]?.serviceIs(at: revision)
            self.settle(id, now: now)
        }
    }

    // MARK: Deliveries

    /// Gives slots to those in turn; each is to be sent to now.
    mutating func takeStarts(now: Int64) -> [String] {
        for id in self.timers.takeDue(now: now) { self.settle(id, now: now) }
        var starts: [String] = []
        while let id = self.lanes.next() {
            // It may have been removed while it waited, or have nothing to be told any more.
            guard let state = self.states[id], let due = state.due, due <= now else {
                self.lanes.giveBack(id)
                continue
            }
            self.states[id]?.take()
            starts.append(id)
        }
        return starts
    }

    /// The delivery that is sent now; nil when the subscription is gone, or another's.
    mutating func begin(_ id: String, at revision: Revision) -> DeliveryState.Attempt? {
        guard self.states[id]?.mayBegin(at: revision) == true else { return nil }
        return self.states[id]?.begin(at: revision)
    }

    /// - Parameter outcome: nil: nobody knows.
    mutating func end(_ id: String, _ outcome: DeliveryOutcome?, now: Int64, time: Timestamp) {
        self.lanes.giveBack(id)
        guard var state = self.states[id], state.isSending else { return }
        if let outcome, state.hasBegun {
            state.end(outcome, now: now, time: time, settings: self.settings, using: &self.generator)
        } else {
            state.drop()
        }
        self.states[id] = state
        self.settle(id, now: now)
    }

    // MARK: Progress

    /// Whose progress is to be committed now: what is urgent at once, and everything once in a second.
    mutating func takeSavings(now: Int64, limit: Int, everything: Bool = false) -> [Saving] {
        let isTime = everything || now >= self.nextSaving
        if isTime { self.nextSaving = now + WebhookSettings.savingInterval.milliseconds }
        var savings: [Saving] = []
        for id in isTime ? self.unsaved.union(self.urgent) : self.urgent {
            guard savings.count < limit else {
                // The rest is for the next turn, which must not wait.
                self.nextSaving = now
                break
            }
            self.unsaved.remove(id)
            self.urgent.remove(id)
            guard let state = self.states[id], state.isUnsaved else { continue }
            self.states[id]?.beginSaving()
            savings.append(
                Saving(
                    id: id, service: state.service, progress: state.progress, revivals: state.revivals,
                    after: state.committedNumber))
        }
        return savings
    }

    /// What became of a saving: what failed is tried again with the next ones that are not urgent.
    mutating func saved(_ saving: Saving, isCommitted: Bool, now: Int64) {
        guard self.states[saving.id] != nil else { return }
        guard isCommitted else {
            self.states[saving.id]?.noteNotCommitted()
            self.unsaved.insert(saving.id)
            self.nextSaving = max(self.nextSaving, now + WebhookSettings.savingInterval.milliseconds)
            return
        }
        self.states[saving.id]?.noteCommitted(saving.progress)
        self.settle(saving.id, now: now)
    }

    /// Puts it where it belongs after something happened to it.
    private mutating func settle(_ id: String, now: Int64) {
        guard let state = self.states[id] else { return }
        if state.isUrgent { self.urgent.insert(id) } else if state.isUnsaved { self.unsaved.insert(id) }
        guard let due = state.due else { return self.timers.set(id, nil) }
        if due <= now {
            self.timers.set(id, nil)
            self.lanes.wait(id, host: state.host)
        } else {
            self.timers.set(id, due)
        }
    }
}
