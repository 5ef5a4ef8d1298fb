/// What may hold expiry up, and for how long: the bound of P5.
///
/// > ttl + 1 s, and 3 s for each node that is stuck; what stands still adds its time, and after it every deadline is a ttl away.
struct Disturbances: Sendable {
    static let base: Int64 = 1_000_000_000
    static let perStuckNode: Int64 = 3_000_000_000

    /// No node can get anything confirmed.
    private var standstills: [ClosedRange<Int64>] = []
    /// One node cannot do its work, while it still counts as a member. What a node was before it was killed is a member of its own,
    /// and has a number beyond the nodes'.
    private var stuck: [(node: Int, time: ClosedRange<Int64>)] = []

    mutating func standstill(_ time: ClosedRange<Int64>) { self.standstills.append(time) }
    mutating func stuck(_ node: Int, _ time: ClosedRange<Int64>) { self.stuck.append((node, time)) }

    /// Whether something held the cluster up at any time of a range.
    func touches(_ time: ClosedRange<Int64>) -> Bool {
        self.standstills.contains { $0.overlaps(time) } || self.stuck.contains { $0.time.overlaps(time) }
    }

    /// When an instance has to be DOWN at the latest.
    /// - Parameter nodes: of the cluster; when all of them were stuck, that is a standstill until the last was free.
    func latestExpiry(silentSince start: Int64, ttl: Int64, nodes: Int = 3) -> Int64 {
        var base = start
        var bound = start + ttl + Self.base
        while true {
            let window = start...bound
            let stuck = self.stuck.filter { $0.time.overlaps(window) }
            let count = Set(stuck.map(\.node)).count
            var ends = self.standstills.filter { $0.overlaps(window) }.map(\.upperBound)
            let real = stuck.filter { $0.node < nodes }
            if Set(real.map(\.node)).count == nodes { ends += real.map(\.time.upperBound) }
            base = max(base, ends.max() ?? base)
            let next = base + ttl + Self.base + Int64(count) * Self.perStuckNode
            guard next > bound else { return bound }
            bound = next
        }
    }
}
