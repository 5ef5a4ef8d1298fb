import DequeModule

/// Who waits for a slot, and who has one: hosts take turns, each in the order of its own, and none has more than its share, so that
/// one that hangs does not keep the others from theirs.
struct HostLanes: Sendable {
    private struct Lane {
        var waiting: Deque<String> = []
        var taken = 0
    }

    private let slots: Int
    private let share: Int
    /// Who has a slot, with the host.
    private var holders: [String: String] = [:]
    private var lanes: [String: Lane] = [:]
    /// Hosts that have somebody waiting and some of their share left, in the order of their turns.
    private var turns: Deque<String> = []
    private var waiting: Set<String> = []

    /// - Parameters:
    ///   - slots: how many may have one at once.
    ///   - share: how many of one host's.
    init(slots: Int, share: Int) {
        self.slots = slots
        self.share = share
    }

    var taken: Int { self.holders.count }
    var waitingCount: Int { self.waiting.count }

    /// Whether it has a slot.
    func has(_ id: String) -> Bool { self.holders[id] != nil }

    /// Puts it at the end of its host's lane, unless it waits already.
    mutating func wait(_ id: String, host: String) {
        guard self.waiting.insert(id).inserted else { return }
        var lane = self.lanes[host] ?? Lane()
        lane.waiting.append(id)
        if lane.waiting.count == 1, lane.taken < self.share { self.turns.append(host) }
        self.lanes[host] = lane
    }

    /// Takes a slot for the next in turn; nil when nobody waits, or nobody may have one now.
    mutating func next() -> String? {
        guard self.taken < self.slots, let host = self.turns.popFirst(), var lane = self.lanes[host],
            let id = lane.waiting.popFirst()
        else { return nil }
        self.waiting.remove(id)
        lane.taken += 1
        self.holders[id] = host
        if !lane.waiting.isEmpty, lane.taken < self.share { self.turns.append(host) }
        self.lanes[host] = lane
        return id
    }

    /// Gives a slot back, if it has one.
    mutating func giveBack(_ id: String) {
        guard let host = self.holders.removeValue(forKey: id), var lane = self.lanes[host] else { return }
        let wasFull = lane.taken == self.share
        lane.taken -= 1
        if wasFull, !lane.waiting.isEmpty { self.turns.append(host) }
        self.lanes[host] = lane.taken == 0 && lane.waiting.isEmpty ? nil : lane
    }
}
