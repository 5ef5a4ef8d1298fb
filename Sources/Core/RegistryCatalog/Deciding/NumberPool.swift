/// Numbers for rows that are this process's alone to give out. None is given twice.
struct NumberPool: Sendable, Hashable {
    private var ranges: [Range<Int64>]
    /// How often all that were left were taken away.
    private(set) var removals = 0
    /// Above those that were taken away.
    private var floor: Int64 = 1

    init(_ range: Range<Int64>) { self.ranges = [range] }

    /// How many are left.
    var count: Int64 { self.ranges.reduce(0) { $0 + Int64($1.count) } }

    /// Above every number that was, or may still be, given out of it; while its end is open, above those that were.
    var nextNumber: Int64 {
        guard let last = self.ranges.last else { return self.floor }
        return max(
            self.floor, last.upperBound == .max ? last.lowerBound : self.ranges.map(\.upperBound).max() ?? 1)
    }

    mutating func add(_ range: Range<Int64>) { self.ranges.append(range) }

    /// Those that are left are not given out: where another history counts now, others may have been given the same.
    mutating func removeAll() {
        self.floor = self.nextNumber
        self.ranges = []
        self.removals += 1
    }

    /// - Parameter removals: what ``removals`` was when they were asked for.
    mutating func add(_ range: Range<Int64>, unlessRemovedSince removals: Int) {
        if self.removals == removals { self.add(range) }
    }

    /// Whoever decides makes sure beforehand that there are enough: ``CatalogSettings/numbersPerCommand``.
    mutating func take() -> Int64 {
        while let first = self.ranges.first, first.isEmpty { self.ranges.removeFirst() }
        guard let first = self.ranges.first else { preconditionFailure("no number for a row was reserved") }
        self.ranges[0] = first.dropFirst()
        return first.lowerBound
    }
}
