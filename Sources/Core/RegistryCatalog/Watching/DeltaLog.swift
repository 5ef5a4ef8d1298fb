import DequeModule
import RegistryModel

/// The newest deltas, for watchers to catch up with: one ring for each service, all of them within one bound.
///
/// A delta names the revision that its service had before, so the ring of a service is complete from there on, and a
/// watcher that comes from further back is told of a gap.
struct DeltaLog {
    private let limit: Int
    private let serviceLimit: Int
    /// All deltas in the order of revisions; those of a service that ran over its own limit are nil.
    private var all: Deque<ServiceDelta?> = []
    /// The place in `all` of its first element, counted from the start of the process.
    private var start = 0
    /// Places of each service's deltas.
    private var places: [ServiceKey: Deque<Int>] = [:]
    /// Entries of each service.
    private var sizes: [ServiceKey: Int] = [:]
    private(set) var entries = 0
    /// All deltas above this revision are here, but for those of services over their limit.
    private(set) var completeSince: Revision
    /// The newest revision of a delta that left because its service ran over its limit.
    private var overflowed = Revision.zero

    init(limit: Int, serviceLimit: Int, from revision: Revision) {
        self.limit = limit
        self.serviceLimit = serviceLimit
        self.completeSince = revision
    }

    mutating func append(_ delta: ServiceDelta) {
        let size = delta.cost
        self.places[delta.key, default: []].append(self.start + self.all.count)
        self.sizes[delta.key, default: 0] += size
        self.entries += size
        self.all.append(delta)
        while self.sizes[delta.key, default: 0] > self.serviceLimit, self.places[delta.key, default: []].count > 1 {
            self.dropOldest(of: delta.key)
        }
        while self.entries > self.limit, self.all.count > 1 { self.dropOldest() }
        while let first = self.all.first, first == nil { self.removeFirst() }
    }

    private mutating func dropOldest(of key: ServiceKey) {
        guard let place = self.places[key]?.popFirst(), let delta = self.all[place - self.start] else { return }
        self.all[place - self.start] = nil
        self.overflowed = max(self.overflowed, delta.revision)
        self.forgetSize(of: delta)
    }

    private mutating func dropOldest() {
        guard let first = self.all.first else { return }
        if let delta = first {
            self.places[delta.key]?.removeFirst()
            if self.places[delta.key]?.isEmpty == true { self.places[delta.key] = nil }
            self.completeSince = max(self.completeSince, delta.revision)
            self.forgetSize(of: delta)
        }
        self.removeFirst()
    }

    private mutating func removeFirst() {
        self.all.removeFirst()
        self.start += 1
    }

    private mutating func forgetSize(of delta: ServiceDelta) {
        self.entries -= delta.cost
        self.sizes[delta.key, default: 0] -= delta.cost
        if self.sizes[delta.key] == 0 { self.sizes[delta.key] = nil }
    }

    /// A service's deltas after a revision; nil when some of them are not here any more.
    func deltas(of key: ServiceKey, after revision: Revision) -> [ServiceDelta]? {
        guard let places = self.places[key] else { return nil }
        var found: [ServiceDelta] = []
        for place in places.reversed() {
            guard let delta = self.all[place - self.start] else { continue }
            if delta.revision <= revision { return found.reversed() }
            found.append(delta)
            if delta.previous <= revision { return found.reversed() }
        }
        return nil
    }

    /// All deltas after a revision that fit; nil when some of them are not here any more.
    func deltas(after revision: Revision, where fits: (ServiceKey) -> Bool) -> [ServiceDelta]? {
        guard revision >= self.completeSince, revision >= self.overflowed else { return nil }
        var low = 0
        var high = self.all.count
        while low < high {
            let middle = (low + high) / 2
            // What is empty is older than `overflowed`, and so not wanted.
            if let delta = self.all[middle], delta.revision > revision { high = middle } else { low = middle + 1 }
        }
        return self.all[low...].compactMap { $0 }.filter { fits($0.key) }
    }
}

extension ServiceDelta {
    /// What it counts in the log's bounds.
    fileprivate var cost: Int { max(self.entries.count, 1) }
}
