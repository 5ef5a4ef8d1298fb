import RegistryModel

/// Beats that wait for the next digest, and whom to tell when it is committed. Pure.
struct BeatCollector {
    typealias Completion = @Sendable (RegistryError?) -> Void

    /// What came with one request.
    struct Entry {
        let beats: [Int64]
        /// Monotonic milliseconds.
        let deadline: Int64
        let completion: Completion
    }

    /// Beats in one digest: gaps of up to five bytes make 200 KiB of them.
    static let digestLimit = 40_000
    /// Beats that may wait at once; beyond, they are shed.
    static let limit = 2_000_000

    private var entries: [Entry] = []
    private var waiting = 0

    var isEmpty: Bool { self.entries.isEmpty }

    /// False when too many wait already.
    mutating func add(_ entry: Entry) -> Bool {
        guard self.waiting + entry.beats.count <= Self.limit else { return false }
        self.entries.append(entry)
        self.waiting += entry.beats.count
        return true
    }

    /// What goes into one digest: whole requests, in the order in which they came, at least one if there is any.
    mutating func take() -> [Entry] {
        var count = 0
        var beats = 0
        for entry in self.entries {
            guard count == 0 || beats + entry.beats.count <= Self.digestLimit else { break }
            count += 1
            beats += entry.beats.count
        }
        let taken = Array(self.entries.prefix(count))
        self.entries.removeFirst(count)
        self.waiting -= beats
        return taken
    }

    /// Those whose time is over; they do not wait any more.
    mutating func takeExpired(now: Int64) -> [Entry] {
        let expired = self.entries.filter { $0.deadline <= now }
        guard !expired.isEmpty else { return [] }
        self.entries.removeAll { $0.deadline <= now }
        self.waiting -= expired.reduce(0) { $0 + $1.beats.count }
        return expired
    }

    mutating func takeAll() -> [Entry] {
        defer { self = BeatCollector() }
        return self.entries
    }
}

extension [BeatCollector.Entry] {
    /// Every number once, ascending.
    var numbers: [Int64] { Set(self.flatMap(\.beats)).sorted() }
}
