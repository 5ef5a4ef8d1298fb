extension Collection<Double> {
    /// The one in the middle; the mean of the two in the middle when their number is even. Nil when there is none.
    public var median: Double? {
        guard !self.isEmpty else { return nil }
        let ordered = self.sorted()
        let middle = ordered.count / 2
        return ordered.count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
