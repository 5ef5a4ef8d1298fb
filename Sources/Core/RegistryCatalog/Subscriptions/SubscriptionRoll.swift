public import RegistryModel

/// Every subscription, found by its id, listed in the order in which they were made, and counted by service.
struct SubscriptionRoll {
    private var byID: [String: Subscription] = [:]
    /// Row numbers, which grow, with the ids.
    private var order: [(number: Int64, id: String)] = []
    private var counts: [ServiceKey: Int] = [:]

    var count: Int { self.byID.count }
    /// In no order.
    var all: some Collection<Subscription> { self.byID.values }
    func count(of service: ServiceKey) -> Int { self.counts[service] ?? 0 }

    /// How many there are of each status.
    var countsByStatus: [Subscription.Status: Int] {
        var counts: [Subscription.Status: Int] = [:]
        for subscription in self.byID.values { counts[subscription.progress.status, default: 0] += 1 }
        return counts
    }

    subscript(id: String) -> Subscription? {
        get { self.byID[id] }
        set {
            let old = self.byID[id]
            self.byID[id] = newValue
            // Mostly it is a note of how deliveries go, and its place stays.
            if old?.number == newValue?.number, old?.service == newValue?.service { return }
            if let old { self.forget(old) }
            guard let newValue else { return }
            self.counts[newValue.service, default: 0] += 1
            self.order.insert((newValue.number, id), at: self.place(of: newValue.number))
        }
    }

    private mutating func forget(_ subscription: Subscription) {
        let count = self.count(of: subscription.service) - 1
        self.counts[subscription.service] = count > 0 ? count : nil
        let place = self.place(of: subscription.number)
        if place < self.order.count, self.order[place].id == subscription.id { self.order.remove(at: place) }
    }

    /// Up to `limit` that fit, after the one with number `after`.
    func list(_ filter: SubscriptionFilter, after: Int64, limit: Int) -> [Subscription] {
        var found: [Subscription] = []
        for (_, id) in self.order[self.place(of: after + 1)...] {
            guard found.count < limit else { break }
            if let subscription = self.byID[id], filter.matches(subscription) { found.append(subscription) }
        }
        return found
    }

    /// The first place whose number is not below `number`.
    private func place(of number: Int64) -> Int {
        // New ones have the highest numbers.
        guard let last = self.order.last, number <= last.number else { return self.order.count }
        var low = 0
        var high = self.order.count
        while low < high {
            let middle = (low + high) / 2
            if self.order[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Which subscriptions are wanted. Every wish has to be met.
public struct SubscriptionFilter: Sendable, Hashable {
    /// Nil: of all namespaces.
    public var namespace: String?
    public var service: String?
    public var clientID: String?
    public var status: Subscription.Status?

    public init(
        namespace: String? = nil, service: String? = nil, clientID: String? = nil,
        status: Subscription.Status? = nil
    ) {
        self.namespace = namespace
        self.service = service
        self.clientID = clientID
        self.status = status
    }

    func matches(_ subscription: Subscription) -> Bool {
        (self.namespace ?? subscription.service.namespace) == subscription.service.namespace
            && (self.service ?? subscription.service.name) == subscription.service.name
            && (self.clientID ?? subscription.clientID) == subscription.clientID
            && (self.status ?? subscription.progress.status) == subscription.progress.status
    }
}
