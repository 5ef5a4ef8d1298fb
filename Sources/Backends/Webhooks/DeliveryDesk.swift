import RegistryCatalog
import RegistryModel
import Synchronization

/// Holds the board, tells it what happens, and wakes those who act on what it decides.
final class DeliveryDesk: Sendable {
    private struct State {
        var board: DeliveryBoard
        /// One watch for each service that has subscriptions.
        var watches: [ServiceKey: Watch] = [:]
        /// Services that may have changed.
        var changed: Set<ServiceKey> = []
        /// The places on the roll of subscribers of those that are told; who has failed is not, and no drain waits for it.
        var tickets: [String: SubscriberTicket] = [:]
    }

    private let catalog: Catalog
    private let clock: any RegistryClock
    private let state: Mutex<State>
    /// Something may have to be started.
    let starting: AsyncStream<Void>
    private let wakeStarter: AsyncStream<Void>.Continuation
    /// Something may have to be committed.
    let saving: AsyncStream<Void>
    private let wakeSaver: AsyncStream<Void>.Continuation

    /// Commands in one group of notes.
    private static let savingLimit = 1_024

    init(catalog: Catalog, settings: WebhookSettings, clock: any RegistryClock) {
        self.catalog = catalog
        self.clock = clock
        self.state = Mutex(State(board: DeliveryBoard(settings: settings)))
        (self.starting, self.wakeStarter) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.saving, self.wakeSaver) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private var now: Int64 { self.clock.monotonicMilliseconds }

    // MARK: Subscriptions

    /// Takes over what becomes of subscriptions, until the task is cancelled.
    func followSubscriptions() async {
        while let change = await self.catalog.subscriptionChanges.next() {
            switch change {
            case .ids(let ids): for id in ids { self.reread(id) }
            case .all: self.rereadAll()
            }
            self.wake()
        }
    }

    private func rereadAll() {
        for id in self.state.withLock({ $0.board.ids }) { self.reread(id) }
        var after: Int64 = 0
        while true {
            let page = self.catalog.subscriptions(
                SubscriptionFilter(), after: after, limit: Limits.listItems.upperBound)
            guard let last = page.last else { return }
            for subscription in page { self.put(subscription) }
            after = last.number
        }
    }

    private func reread(_ id: String) {
        if let subscription = self.catalog.subscription(id) { return self.put(subscription) }
        self.letGo(id)
    }

    /// It is gone, or another node's to deliver.
    private func letGo(_ id: String) {
        self.state.withLock { $0.tickets.removeValue(forKey: id) }?.end()
        let watch: Watch? = self.state.withLock { state in
            guard let service = state.board.remove(id) else { return nil }
            return state.watches.removeValue(forKey: service)
        }
        watch?.whenChanged(nil)
        watch?.close()
    }

    private func put(_ subscription: Subscription) {
        let service = subscription.service
        guard self.catalog.isOnDuty(for: service) else { return self.letGo(subscription.id) }
        let resumedAt = self.catalog.mayHaveBeenDelivered(subscription) ? self.clock.wallTime : nil
        let isNew = self.state.withLock { state in
            state.board.put(
                subscription, revision: self.revision(of: service), resumedAt: resumedAt,
                isShared: self.catalog.isShared, now: self.now)
        }
        if isNew { self.follow(service) }
        self.enroll(subscription)
    }

    private func enroll(_ subscription: Subscription) {
        let (id, isTold) = (subscription.id, subscription.progress.status != .failed)
        guard isTold else {
            self.state.withLock { $0.tickets.removeValue(forKey: id) }?.end()
            return
        }
        guard self.state.withLock({ $0.tickets[id] == nil }) else { return }
        let ticket = self.catalog.subscribers.begin(
            webhook: id, client: subscription.clientID, of: subscription.service,
            confirmed: subscription.progress.acknowledged)
        self.state.withLock { $0.tickets[id] = ticket }
    }

    // MARK: Services

    private func revision(of service: ServiceKey) -> Revision { self.catalog.snapshot(of: service)?.revision ?? .zero }

    private func follow(_ service: ServiceKey) {
        let watch = self.catalog.watch(.services([service]), from: nil)
        self.state.withLock { state in
            state.watches[service] = watch
            // It may have changed since its subscription was put on the board.
            state.changed.insert(service)
        }
    }

    private func noteChange(of service: ServiceKey) {
        self.state.withLock { _ = $0.changed.insert(service) }
        self.wakeStarter.yield()
    }

    /// Puts on the board what changed. Whoever changes after it is asked to tell again is told of again.
    private func takeChanges() {
        let (changed, watches) = self.state.withLock { state in
            defer { state.changed = [] }
            return (state.changed, state.changed.map { state.watches[$0] })
        }
        for (service, watch) in zip(changed, watches) {
            watch?.whenChanged { [weak self] in self?.noteChange(of: service) }
            self.state.withLock { state in
                state.board.serviceChanged(service, revision: self.revision(of: service), now: self.now)
            }
        }
    }

    // MARK: Deliveries

    /// Those to be sent to now.
    func takeStarts() -> [String] {
        self.takeChanges()
        let starts = self.state.withLock { $0.board.takeStarts(now: self.now) }
        self.wakeSaver.yield()
        return starts
    }

    /// Nil when its subscription is gone.
    func begin(_ id: String) -> Delivery? {
        guard let subscription = self.catalog.subscription(id) else { return nil }
        return self.state.withLock { state in
            let snapshot = self.catalog.snapshot(of: subscription.service)
            return state.board.begin(id, at: snapshot?.revision ?? .zero).map {
                state.tickets[id]?.offer($0.revision)
                return Delivery(subscription: subscription, snapshot: snapshot, attempt: $0)
            }
        }
    }

    /// - Parameter revision: what was sent; nil when nothing was.
    func end(_ id: String, _ outcome: DeliveryOutcome?, at revision: Revision? = nil) {
        let ticket = self.state.withLock { state in
            state.board.end(id, outcome, now: self.now, time: self.clock.wallTime)
            return state.tickets[id]
        }
        if let revision, outcome?.kind == .taken { ticket?.confirm(revision) }
        self.wake()
    }

    func tick() { self.wake() }

    private func wake() {
        self.wakeStarter.yield()
        self.wakeSaver.yield()
    }

    // MARK: Progress

    /// Commits what is to be committed now; with `everything`, all there is.
    func save(everything: Bool) async {
        var savings: [DeliveryBoard.Saving]
        repeat {
            savings = self.state.withLock {
                $0.board.takeSavings(now: self.now, limit: Self.savingLimit, everything: everything)
            }
            guard !savings.isEmpty else { return }
            let results = await self.catalog.perform(savings.map(\.command), actor: Change.registryActor)
            let hasFailed = results.contains { (try? $0.get()) == nil }
            self.state.withLock { state in
                for (saving, result) in zip(savings, results) {
                    state.board.saved(saving, isCommitted: (try? result.get()) != nil, now: self.now)
                }
            }
            // What came while it was on its way: another node may have claimed some.
            self.catalog.subscriptionChanges.note(savings.map(\.id))
            self.wakeStarter.yield()
            // What failed is tried again in a second; at the end nobody waits that long.
            if hasFailed { return }
        } while savings.count == Self.savingLimit
    }
}
