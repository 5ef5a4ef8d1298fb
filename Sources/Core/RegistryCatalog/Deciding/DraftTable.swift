import RegistryModel

/// The records of one kind that a group looked at, by their keys.
struct DraftTable<Key: Hashable, Value: NumberedRecord> {
    private(set) var records: [DraftRecord<Key, Value>] = []
    private var places: [Key: Int] = [:]

    /// - Parameters:
    ///   - service: the place of its service in the draft; nil: it has none.
    ///   - committed: the record as it is committed; asked for once.
    mutating func place(
        of key: Key, service: Int? = nil, revision: (Value) -> Revision, committed: () -> Value?
    ) -> Int {
        if let place = self.places[key] { return place }
        let value = committed()
        self.records.append(
            DraftRecord(key: key, service: service ?? -1, committed: value, expected: value.map(revision)))
        self.places[key] = self.records.count - 1
        return self.records.count - 1
    }

    /// The record of this key, if it was looked at.
    subscript(key: Key) -> DraftRecord<Key, Value>? { self.places[key].map { self.records[$0] } }

    /// Puts, or with nil removes, a value; true when it is written for the first time, and so takes `write`.
    mutating func put(_ value: Value?, at place: Int, write: Int) -> Bool {
        self.records[place].put(value, write: write)
    }
}
