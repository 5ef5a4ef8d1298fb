/// Pairs of text in the order of their keys, each key once. Compact, and equal content is equal bytes.
public struct Metadata: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Pair: Sendable, Hashable {
        public let key: String
        public let value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Whether its text has memory of its own: strings of up to 15 bytes hold theirs themselves.
        fileprivate var hasStorage: Bool { self.key.utf8.count > 15 || self.value.utf8.count > 15 }
    }

    public private(set) var pairs: [Pair]

    public init() { self.pairs = [] }

    /// Of pairs with the same key, the last one counts.
    public init(_ pairs: [Pair]) {
        self.pairs = []
        self.pairs.reserveCapacity(pairs.count)
        // The sort is stable: of pairs with the same key, the last one still comes last.
        for pair in pairs.sorted(by: { $0.key < $1.key }) {
            if self.pairs.last?.key == pair.key { self.pairs.removeLast() }
            self.pairs.append(pair)
        }
    }

    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Pair(key: $0.0, value: $0.1) })
    }

    public var isEmpty: Bool { self.pairs.isEmpty }
    public var count: Int { self.pairs.count }
    /// Of all keys and values.
    var textBytes: Int { self.pairs.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } }

    public subscript(key: String) -> String? {
        get {
            let index = self.position(of: key)
            return index < self.pairs.count && self.pairs[index].key == key ? self.pairs[index].value : nil
        }
        set {
            let index = self.position(of: key)
            // Most come in order; appending is much cheaper than inserting at the end.
            if index == self.pairs.count {
                if let newValue { self.pairs.append(Pair(key: key, value: newValue)) }
                return
            }
            switch (self.pairs[index].key == key, newValue) {
            case (true, let value?): self.pairs[index] = Pair(key: key, value: value)
            case (true, nil): self.pairs.remove(at: index)
            case (false, let value?): self.pairs.insert(Pair(key: key, value: value), at: index)
            case (false, nil): break
            }
        }
    }

    /// These pairs, with those of `over` in place of equal keys.
    public func merged(under over: Metadata) -> Metadata {
        if self.isEmpty { return over }
        if over.isEmpty { return self }
        var merged = Metadata()
        merged.pairs.reserveCapacity(self.count + over.count)
        var rest = self.pairs[...]
        for pair in over.pairs {
            while let first = rest.first, first.key < pair.key { merged.pairs.append(rest.removeFirst()) }
            if rest.first?.key == pair.key { rest.removeFirst() }
            merged.pairs.append(pair)
        }
        merged.pairs.append(contentsOf: rest)
        return merged
    }

    /// Takes over the storage of `sibling` for all of it, or for those pairs in the same place that are equal. Nothing that can
    /// be read changes.
    mutating func share(with sibling: Metadata) {
        var equal = 0
        let common = min(self.count, sibling.count)
        for index in 0..<common where self.pairs[index] == sibling.pairs[index] {
            equal += 1
            if self.pairs[index].hasStorage { self.pairs[index] = sibling.pairs[index] }
        }
        if equal == self.count, equal == sibling.count { self.pairs = sibling.pairs }
    }

    /// The first index whose key is not below `key`.
    private func position(of key: String) -> Int {
        // Pairs mostly arrive in order, so look at the end first.
        guard let last = self.pairs.last, last.key >= key else { return self.pairs.count }
        var low = 0
        var high = self.pairs.count
        while low < high {
            let middle = (low + high) / 2
            if self.pairs[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
