/// Numbers for rows that are this process's alone to give out. None is given twice.
struct NumberPool: Sendable, Hashable {
    private var ranges: [Range<Int64>]

    init(_ range: Range<Int64>) { self.ranges = [range] }

    /// How many are left.
    var count: Int64 { self.ranges.reduce(0) { $0 + Int64($1.count) } }

    /// Above every number that was, or may still be, given out of it; while its end is open, above those that were.
    var nextNumber: Int64 {
        guard let last = self.ranges.last else { return 1 }
        return last.upperBound == .max ? last.lowerBound : self.ranges.map(\.upperBound).max() ?? 1
    }

    mutating func add(_ range: Range<Int64>) { self.ranges.append(range) }

    /// Whoever decides makes sure beforehand that there are enough: ``CatalogSettings/numbersPerCommand``.
    mutating func take() -> Int64 {
        while let first = self.ranges.first, first.isEmpty { self.ranges.removeFirst() }
        guard let first = self.ranges.first else { preconditionFailure("no number for a row was reserved") }
        self.ranges[0] = first.dropFirst()
        return first.lowerBound
    }
}
