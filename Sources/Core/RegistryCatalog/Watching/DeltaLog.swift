import DequeModule
import RegistryModel

/// The newest deltas, for watchers to catch up with: one ring for each service, all of them within one bound.
///
/// A delta names the revision that its service had before, so the ring of a service is complete from there on, and a
/// watcher that comes from further back is told of a gap.
struct DeltaLog {
    /// What is here of one service.
    private struct Ring {
        /// Places in `all`, the oldest first.
        var places: Deque<Int> = []
        var entries = 0
        /// The newest revision of a delta that left because the service ran over its limit.
        var lost = Revision.zero
    }

    private let limit: Int
    private let serviceLimit: Int
    /// All deltas in the order of revisions; nil for those that left because their service ran over its limit.
    private var all: Deque<ServiceDelta?> = []
    /// The place in `all` of its first element, counted from the start of the process.
    private var start = 0
    private var rings: [ServiceKey: Ring] = [:]
    private(set) var entries = 0
    /// All deltas above this revision are here, but for those of services over their limit.
    private(set) var completeSince: Revision
    /// The newest revision of any delta that left because its service ran over its limit.
    private var overflowed = Revision.zero

    init(limit: Int, serviceLimit: Int, from revision: Revision) {
        self.limit = limit
        self.serviceLimit = serviceLimit
        self.completeSince = revision
    }

    /// Places that are taken, the empty ones included.
    var placeCount: Int { self.all.count }

    mutating func append(_ delta: ServiceDelta) {
        self.rings[delta.key, default: Ring()].places.append(self.start + self.all.count)
        self.rings[delta.key]?.entries += delta.cost
        self.entries += delta.cost
        self.all.append(delta)
        while let ring = self.rings[delta.key], ring.entries > self.serviceLimit, ring.places.count > 1 {
            self.dropOldest(of: delta.key)
        }
        // An old delta of a quiet service holds up the empty places behind it, so those count as well.
        while self.entries > self.limit || self.all.count > 2 * self.limit, self.all.count > 1 { self.dropOldest() }
        while let first = self.all.first, first == nil { self.removeFirst() }
    }

    private mutating func dropOldest(of key: ServiceKey) {
        guard let place = self.rings[key]?.places.popFirst(), let delta = self.all[place - self.start] else { return }
        self.all[place - self.start] = nil
        self.rings[key]?.entries -= delta.cost
        self.rings[key]?.lost = delta.revision
        self.entries -= delta.cost
        self.overflowed = max(self.overflowed, delta.revision)
    }

    private mutating func dropOldest() {
        if case let delta?? = self.all.first {
            self.rings[delta.key]?.places.removeFirst()
            self.rings[delta.key]?.entries -= delta.cost
            if self.rings[delta.key]?.places.isEmpty == true { self.rings[delta.key] = nil }
            self.entries -= delta.cost
            self.completeSince = max(self.completeSince, delta.revision)
        }
        self.removeFirst()
    }

    private mutating func removeFirst() {
        self.all.removeFirst()
        self.start += 1
    }

    /// Whether deltas of a service after a revision may have been here and left.
    func lacks(_ key: ServiceKey, after revision: Revision) -> Bool {
        revision < max(self.rings[key]?.lost ?? .zero, self.completeSince)
    }

    /// A service's deltas after a revision; nil when some of them are not here any more.
    func deltas(of key: ServiceKey, after revision: Revision) -> [ServiceDelta]? {
        guard let ring = self.rings[key] else { return nil }
        var found: [ServiceDelta] = []
        for place in ring.places.reversed() {
            guard let delta = self.all[place - self.start] else { continue }
            if delta.revision <= revision { return found.reversed() }
            found.append(delta)
            // Nothing lies between a delta and the revision before it. What came into being may have existed earlier.
            if delta.previous > .zero, delta.previous <= revision { return found.reversed() }
        }
        return revision >= max(ring.lost, self.completeSince) ? found.reversed() : nil
    }

    /// The newest change of a service that fits, with the revision of its commit; nil when none is here any more.
    func latest(
        of key: ServiceKey, where fits: (ServiceDelta.Entry) -> Bool
    ) -> (entry: ServiceDelta.Entry, revision: Revision)? {
        for place in (self.rings[key]?.places ?? []).reversed() {
            guard let delta = self.all[place - self.start] else { continue }
            if let entry = delta.entries.last(where: fits) { return (entry, delta.revision) }
        }
        return nil
    }

    /// All deltas after a revision that fit; nil when some of them are not here any more.
    func deltas(after revision: Revision, where fits: (ServiceKey) -> Bool) -> [ServiceDelta]? {
        guard revision >= max(self.completeSince, self.overflowed) else { return nil }
        var low = 0
        var high = self.all.count
        while low < high {
            let middle = (low + high) / 2
            // What is empty is not above `overflowed`, and so not wanted.
            if let delta = self.all[middle], delta.revision > revision { high = middle } else { low = middle + 1 }
        }
        return self.all[low...].compactMap { $0 }.filter { fits($0.key) }
    }
}

extension ServiceDelta {
    /// What it counts in the log's bounds.
    fileprivate var cost: Int { max(self.entries.count + self.others.count, 1) }
}
