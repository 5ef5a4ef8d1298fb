/// A table of bounded cost that forgets what was not used lately.
///
/// There are two generations. Whatever is used moves to the young one; when that costs more than half of what is allowed, it
/// becomes the old one, and what nobody has used since is forgotten: nearly the least recently used, without any links.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var youngCost = 0
    private let generationCost: Int
    private let cost: @Sendable (Value) -> Int

    /// - Parameters:
    ///   - capacity: what all values may cost together; one that alone costs more than half of it goes beyond by itself.
    ///   - cost: what a value costs, at least 1.
    init(capacity: Int, cost: @escaping @Sendable (Value) -> Int) {
        self.generationCost = max(capacity / 2, 1)
        self.cost = cost
    }

    var count: Int { self.young.count + self.old.count }

    /// Changes the value of `key` in place, or the default one.
    ///
    /// `forgotten` fell out of the table: the caller lets it go when it holds no lock, since that may take a while.
    mutating func update<Result>(
        _ key: Key, default makeValue: @autoclosure () -> Value, _ change: (inout Value) -> Result
    ) -> (result: Result, forgotten: [Key: Value]) {
        if self.young[key] == nil {
            let value = self.old.removeValue(forKey: key) ?? makeValue()
            self.youngCost += self.cost(value)
            self.young[key] = value
        }
        let (result, growth) = Self.change(&self.young[key]!, cost: self.cost, change)
        self.youngCost += growth
        return (result, self.forget())
    }

    private static func change<Result>(
        _ value: inout Value, cost: (Value) -> Int, _ change: (inout Value) -> Result
    ) -> (Result, growth: Int) {
        let before = cost(value)
        let result = change(&value)
        return (result, cost(value) - before)
    }

    private mutating func forget() -> [Key: Value] {
        guard self.youngCost > self.generationCost else { return [:] }
        let forgotten = self.old
        self.old = self.young
        self.young = [:]
        self.youngCost = 0
        return forgotten
    }
}
