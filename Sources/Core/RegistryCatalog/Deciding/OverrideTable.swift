import RegistryModel

/// Every operator's decision that holds, and when the first of them may be over.
struct OverrideTable {
    private(set) var byKey: [OverrideKey: Override] = [:]
    /// Not after the end of any of them; nil when none ends by itself.
    private var firstEnd: Timestamp?
    private let absence: TimeSpan

    /// - Parameter absence: how long one outlives what it is about.
    init(absence: TimeSpan = Limits.overrideAbsence) { self.absence = absence }

    var isEmpty: Bool { self.byKey.isEmpty }
    var count: Int { self.byKey.count }

    subscript(key: OverrideKey) -> Override? {
        get { self.byKey[key] }
        set {
            self.byKey[key] = newValue
            guard let end = newValue?.end(absence: self.absence) else { return }
            self.firstEnd = min(self.firstEnd ?? end, end)
        }
    }

    /// Those that are over by `time`, at most `limit` of them. Looks through all only when one may be.
    mutating func over(by time: Timestamp, limit: Int) -> [OverrideKey] {
        guard let firstEnd, firstEnd <= time else { return [] }
        var over: [OverrideKey] = []
        var next: Timestamp?
        for (key, override) in self.byKey {
            guard let end = override.end(absence: self.absence) else { continue }
            next = min(next ?? end, end)
            if end <= time, over.count < limit { over.append(key) }
        }
        self.firstEnd = next
        return over
    }
}

extension Override {
    /// When it is over without anybody's doing; nil: never.
    func end(absence: TimeSpan) -> Timestamp? {
        [self.expiresAt, self.absentSince?.advanced(by: absence)].compactMap { $0 }.min()
    }
}
