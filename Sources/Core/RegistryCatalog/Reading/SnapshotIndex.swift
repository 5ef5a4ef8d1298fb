import RegistryModel
import Synchronization

/// The published snapshot of every service. Reading is a hash, a short lock and one pointer; nobody waits for a commit.
final class SnapshotIndex: Sendable {
    private static let shardCount = 64

    private final class Shard: Sendable {
        let snapshots = Mutex<[ServiceKey: ServiceSnapshot]>([:])
    }

    /// All keys, for lists; sorted only when somebody asks for a list.
    fileprivate struct Order {
        var keys: [ServiceKey] = []
        var isSorted = true
    }

    private let shards: [Shard] = (0..<SnapshotIndex.shardCount).map { _ in Shard() }
    private let order = Mutex(Order())

    private func shard(of key: ServiceKey) -> Shard {
        self.shards[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))]
    }

    subscript(key: ServiceKey) -> ServiceSnapshot? {
        self.shard(of: key).snapshots.withLock { $0[key] }
    }

    func publish(_ snapshot: ServiceSnapshot?, at key: ServiceKey) {
        let replaced = self.shard(of: key).snapshots.withLock { snapshots in
            let replaced = snapshots[key]
            snapshots[key] = snapshot
            return replaced
        }
        switch (replaced, snapshot) {
        case (nil, _?): self.order.withLock { $0.add(key) }
        case (_?, nil): self.order.withLock { $0.remove(key) }
        default: break
        }
    }

    /// Up to `limit` snapshots in the order of their keys, after `after`, in `namespace` (nil: all), with this prefix.
    func list(namespace: String?, prefix: String, after: ServiceKey?, limit: Int) -> [ServiceSnapshot] {
        var found: [ServiceSnapshot] = []
        var after = after
        // A service may go between the look at its key and the look at it; a page that is not full would read as the last.
        while found.count < limit {
            let wanted = limit - found.count
            let keys = self.order.withLock { order in
                order.sort()
                return order.keys(namespace: namespace, prefix: prefix, after: after, limit: wanted)
            }
            found += keys.compactMap { self[$0] }
            guard keys.count == wanted, let last = keys.last else { break }
            after = last
        }
        return found
    }

    /// Every snapshot in a namespace (nil: all), in the order of keys.
    func all(namespace: String?) -> [ServiceSnapshot] {
        self.list(namespace: namespace, prefix: "", after: nil, limit: .max)
    }
}

extension SnapshotIndex.Order {
    mutating func add(_ key: ServiceKey) {
        if let last = self.keys.last, key < last { self.isSorted = false }
        self.keys.append(key)
    }

    mutating func remove(_ key: ServiceKey) {
        self.sort()
        let index = self.firstIndex(atOrAbove: key)
        if index < self.keys.count, self.keys[index] == key { self.keys.remove(at: index) }
    }

    mutating func sort() {
        guard !self.isSorted else { return }
        self.keys.sort()
        self.isSorted = true
    }

    func keys(namespace: String?, prefix: String, after: ServiceKey?, limit: Int) -> [ServiceKey] {
        var start = after.map { self.firstIndex(atOrAbove: $0) } ?? 0
        if let namespace {
            start = max(start, self.firstIndex(atOrAbove: ServiceKey(namespace: namespace, name: prefix)))
        }
        var found: [ServiceKey] = []
        for key in self.keys[start...] {
            if let namespace, key.namespace != namespace { break }
            if key == after { continue }
            guard key.name.hasPrefix(prefix) else {
                // Within one namespace the names with a prefix stand together.
                if namespace != nil, key.name > prefix { break }
                continue
            }
            guard found.count < limit else { break }
            found.append(key)
        }
        return found
    }

    private func firstIndex(atOrAbove key: ServiceKey) -> Int {
        var low = 0
        var high = self.keys.count
        while low < high {
            let middle = (low + high) / 2
            if self.keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
