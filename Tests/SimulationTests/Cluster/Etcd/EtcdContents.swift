import Foundation

@testable import EtcdBackend

/// What an etcd holds: every version of every key since the last compaction, by one revision for each transaction. Pure.
struct EtcdContents {
    /// One version of a key; a value of nil: it was deleted.
    struct Version {
        var created: Int64 = 0
        var revision: Int64 = 0
        var number: Int64 = 0
        var value: Data?
        var lease: Int64 = 0
    }

    private(set) var revision: Int64 = 1
    private(set) var compacted: Int64 = 0
    private var versions: [String: [Version]] = [:]
    /// In the order of bytes, which for the keys of a test is that of their letters.
    private var order: [String] = []
    /// What each revision did; the first one that did anything is 2.
    private var events: [(revision: Int64, events: [EtcdEvent])] = []
    /// What the open revision has done.
    private var open: [EtcdEvent] = []

    // MARK: Reading

    /// The keys of a range that there are, or were, at a revision.
    func pairs(_ range: KeyRange, at revision: Int64) -> [EtcdKeyValue] {
        self.keys(range).compactMap { key in
            guard let version = self.version(of: key, at: revision), version.value != nil else { return nil }
            return Self.pair(key, version)
        }
    }

    private func keys(_ range: KeyRange) -> ArraySlice<String> {
        guard let end = range.end else {
            return self.versions[range.start] == nil ? [] : [range.start]
        }
        let start = self.place(of: range.start)
        let stop = end.isEmpty ? self.order.count : max(self.place(of: end), start)
        return self.order[start..<stop]
    }

    private func place(of key: String) -> Int {
        var low = 0
        var high = self.order.count
        while low < high {
            let middle = (low + high) / 2
            if self.order[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func version(of key: String, at revision: Int64) -> Version? {
        self.versions[key]?.last { $0.revision <= revision }
    }

    private static func pair(_ key: String, _ version: Version) -> EtcdKeyValue {
        var pair = EtcdKeyValue()
        pair.key = Data(key.utf8)
        pair.createRevision = version.created
        pair.modRevision = version.revision
        pair.version = version.number
        pair.value = version.value ?? Data()
        pair.lease = version.lease
        return pair
    }

    /// What happened to a range from a revision on, revision by revision.
    func events(_ range: KeyRange, from revision: Int64) -> [(revision: Int64, events: [EtcdEvent])] {
        var low = 0
        var high = self.events.count
        while low < high {
            let middle = (low + high) / 2
            if self.events[middle].revision < revision { low = middle + 1 } else { high = middle }
        }
        return self.events[low...].compactMap { entry in
            let events = entry.events.filter { range.contains(String(decoding: $0.kv.key, as: UTF8.self)) }
            return events.isEmpty ? nil : (entry.revision, events)
        }
    }

    // MARK: Writing

    /// The revision of what is being written.
    var writing: Int64 { self.revision + 1 }

    mutating func put(_ key: String, _ value: Data, lease: Int64) {
        let before = self.version(of: key, at: self.writing)
        var version = Version(created: self.writing, revision: self.writing, number: 1, value: value, lease: lease)
        if let before, before.value != nil {
            version.created = before.created
            version.number = before.number + 1
        }
        if before == nil { self.order.insert(key, at: self.place(of: key)) }
        self.versions[key, default: []].append(version)
        var event = EtcdEvent()
        event.type = .put
        event.kv = Self.pair(key, version)
        self.open.append(event)
    }

    /// Returns how many keys went.
    mutating func delete(_ range: KeyRange) -> Int64 {
        let keys = self.pairs(range, at: self.writing).map { String(decoding: $0.key, as: UTF8.self) }
        for key in keys {
            let version = Version(revision: self.writing)
            self.versions[key]?.append(version)
            var event = EtcdEvent()
            event.type = .delete
            event.kv.key = Data(key.utf8)
            event.kv.modRevision = self.writing
            self.open.append(event)
        }
        return Int64(keys.count)
    }

    /// Ends a transaction; what it did is returned. One that did nothing has no revision.
    mutating func close() -> [EtcdEvent] {
        guard !self.open.isEmpty else { return [] }
        self.revision += 1
        self.events.append((self.revision, self.open))
        defer { self.open = [] }
        return self.open
    }

    /// Forgets what was before a revision, but what is still there.
    mutating func compact(to revision: Int64) {
        self.compacted = revision
        self.events.removeAll { $0.revision < revision }
        for (key, versions) in self.versions {
            guard let last = versions.lastIndex(where: { $0.revision <= revision }) else { continue }
            let isGone = versions[last].value == nil
            let kept = Array(versions[(isGone ? last + 1 : last)...])
            self.versions[key] = kept.isEmpty ? nil : kept
            if kept.isEmpty { self.order.remove(at: self.place(of: key)) }
        }
    }
}

/// A key, or all from one up to another.
struct KeyRange {
    let start: String
    /// Nil: the one key; empty: all from the first on.
    let end: String?

    init(_ start: Data, _ end: Data) {
        self.start = String(decoding: start, as: UTF8.self)
        self.end = end.isEmpty ? nil : end == Data([0]) ? "" : String(decoding: end, as: UTF8.self)
    }

    func contains(_ key: String) -> Bool {
        guard let end else { return key == self.start }
        return key >= self.start && (end.isEmpty || key < end)
    }
}
