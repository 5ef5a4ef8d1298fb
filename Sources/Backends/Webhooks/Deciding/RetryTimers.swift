import HeapModule

/// When waits are over, the earliest first. An id has one time at most; setting it again replaces it.
struct RetryTimers: Sendable {
    private struct Entry: Sendable, Comparable {
        let due: Int64
        let id: String

        static func < (left: Self, right: Self) -> Bool { (left.due, left.id) < (right.due, right.id) }
    }

    private var heap = Heap<Entry>()
    private var times: [String: Int64] = [:]

    var count: Int { self.times.count }
    /// What is kept, replaced times included.
    var entryCount: Int { self.heap.count }

    /// - Parameter due: nil: it does not wait.
    mutating func set(_ id: String, _ due: Int64?) {
        guard self.times[id] != due else { return }
        self.times[id] = due
        if let due { self.heap.insert(Entry(due: due, id: id)) }
        // Replaced entries stay in the heap until their time; more of these than of others, and it is made anew.
        if self.heap.count > 2 * self.times.count + 64 {
            self.heap = Heap(self.times.map { Entry(due: $0.value, id: $0.key) })
        }
    }

    /// Those whose wait is over, in the order of their times.
    mutating func takeDue(now: Int64) -> [String] {
        var due: [String] = []
        while let entry = self.heap.min, entry.due <= now {
            self.heap.removeMin()
            guard self.times[entry.id] == entry.due else { continue }
            self.times[entry.id] = nil
            due.append(entry.id)
        }
        return due
    }
}
