import DequeModule
import RegistryModel

/// Who reads which service now, how far each has come, and which drains wait for it. Pure: time comes with each call, in
/// monotonic milliseconds.
///
/// A stream that breaks off, and a blocking reader between two requests, is kept for `linger`: it is about to come back, and until
/// then goes on with what it was told last. How many are kept is bounded; beyond, the one that left first is gone first.
struct SubscriberTable {
    static let linger: Int64 = 10_000

    private let limit: Int
    private(set) var entries: [String: Entry] = [:]
    private(set) var byService: [ServiceKey: Set<String>] = [:]
    private(set) var broad: Set<String> = []
    /// Those that left, by what they are known, the first to leave first.
    private var idle: [Identity: [String]] = [:]
    /// Those that left, the first to be gone first; some have come back or are gone since.
    private var leaving: Deque<Departure> = []
    private var departures = 0
    private var lingering = 0
    private var readers = 0
    var drains = DrainTable()

    /// - Parameter limit: how many are kept that are not connected.
    init(limit: Int) { self.limit = limit }

    /// Those who read a service, in the order of their ids.
    func subscribers(of service: ServiceKey) -> [Entry] {
        let ids = self.broad.union(self.byService[service] ?? [])
        return ids.compactMap { self.entries[$0] }.filter { $0.subscriber.scope.contains(service) }
            .sorted { $0.subscriber.id < $1.subscriber.id }
    }

    // MARK: Coming

    /// A stream, or a callback. One that resumes takes the place of its reader's stream that broke off, if there is one.
    ///
    /// - Parameter resumed: the revision up to which its client has everything already; nil: it begins from nothing.
    mutating func begin(
        _ subscriber: Subscriber, _ reader: ReaderName, _ filter: InstanceFilter?, resumed: Revision?
    ) -> DeliveryMark {
        var entry = Entry(
            subscriber: subscriber, reader: reader, filter: filter, mark: DeliveryMark(), confirmed: resumed)
        if resumed != nil, let old = self.takeIdle(entry.identity, where: { $0.filter == filter }) {
            entry.confirmed = [old.confirmed, resumed].compactMap { $0 }.max()
            self.drains.replace(old.subscriber.id, by: subscriber.id)
            self.forget(old.subscriber.id)
        }
        self.add(entry)
        if let resumed { self.drains.confirm(entry.now, resumed) }
        return entry.mark
    }

    /// A request of a blocking reader: one that continues where an earlier answer ended is the same reader. So several that share a
    /// name count as several, and none confirms for another.
    mutating func ask(
        _ reader: ReaderName, _ service: ServiceKey, index: Revision?, at time: Timestamp
    ) -> (id: String, mark: DeliveryMark) {
        let identity = Identity(kind: .blocking, reader: reader, scope: .services([service]))
        let known =
            self.takeIdle(identity) { index != nil && $0.mark.offered == index }
            ?? self.takeIdle(identity) { $0.mayGoOn(from: index) }
        if let known {
            if let index { self.confirm(known.subscriber.id, index) }
            return (known.subscriber.id, known.mark)
        }
        self.readers += 1
        let subscriber = Subscriber(
            id: "reader-\(self.readers)", kind: .blocking, client: reader.client, scope: identity.scope, since: time,
            isConnected: true)
        let entry = Entry(
            subscriber: subscriber, reader: reader, filter: nil, mark: DeliveryMark(), confirmed: index)
        self.add(entry)
        return (subscriber.id, entry.mark)
    }

    /// One that left comes back: it is connected again.
    private mutating func takeIdle(_ identity: Identity, where fits: (Entry) -> Bool = { _ in true }) -> Entry? {
        let index = self.idle[identity]?.firstIndex { self.entries[$0].map(fits) ?? false }
        guard let index, let id = self.idle[identity]?[index] else { return nil }
        self.noteReturn(id)
        return self.entries[id]
    }

    private mutating func noteReturn(_ id: String) {
        guard let entry = self.entries[id], entry.departure != nil else { return }
        self.entries[id]?.departure = nil
        self.lingering -= 1
        self.idle[entry.identity]?.removeAll { $0 == id }
        if self.idle[entry.identity]?.isEmpty == true { self.idle[entry.identity] = nil }
    }

    private mutating func add(_ entry: Entry) {
        let id = entry.subscriber.id
        self.forget(id)
        self.entries[id] = entry
        guard case .services(let keys) = entry.subscriber.scope else {
            self.broad.insert(id)
            return
        }
        for key in keys { self.byService[key, default: []].insert(id) }
    }

    // MARK: Moving on

    /// It was given all there is, from nothing: it holds nothing older than this revision.
    mutating func began(_ id: String, at revision: Revision) {
        guard self.entries[id] != nil else { return }
        self.entries[id]?.base = revision
        self.drains.excuse(id, upTo: revision)
    }

    mutating func confirm(_ id: String, _ revision: Revision) {
        guard var entry = self.entries[id] else { return }
        entry.confirmed = max(entry.confirmed ?? .zero, revision)
        self.entries[id] = entry
        self.drains.confirm(entry.now, revision)
    }

    // MARK: Going

    /// Nobody is connected any more; it is kept for a while.
    mutating func leave(_ id: String, now: Int64) {
        guard let entry = self.entries[id], entry.departure == nil else { return }
        self.departures += 1
        let departure = Departure(id: id, number: self.departures, until: now + Self.linger)
        self.entries[id]?.departure = departure
        self.idle[entry.identity, default: []].append(id)
        self.lingering += 1
        self.leaving.append(departure)
        while self.lingering > self.limit, let first = self.leaving.first { self.removeFirst(first) }
        // A reader that asks again and again leaves a place behind each time.
        guard self.leaving.count > 2 * self.limit + 64 else { return }
        self.leaving.removeAll { self.entries[$0.id]?.departure != $0 }
    }

    /// It is gone for good.
    mutating func remove(_ id: String) {
        guard let entry = self.entries[id] else { return }
        self.drains.lose(entry.now)
        self.forget(id)
    }

    /// Forgets those whose time is over.
    mutating func sweep(now: Int64) {
        while let first = self.leaving.first, first.until <= now { self.removeFirst(first) }
    }

    private mutating func removeFirst(_ first: Departure) {
        self.leaving.removeFirst()
        if self.entries[first.id]?.departure == first { self.remove(first.id) }
    }

    private mutating func forget(_ id: String) {
        self.noteReturn(id)
        guard let entry = self.entries.removeValue(forKey: id) else { return }
        guard case .services(let keys) = entry.subscriber.scope else {
            self.broad.remove(id)
            return
        }
        for key in keys {
            self.byService[key]?.remove(id)
            if self.byService[key]?.isEmpty == true { self.byService[key] = nil }
        }
    }
}
