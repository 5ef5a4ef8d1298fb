import RegistryModel

/// A value that has a row in the store.
protocol NumberedRecord {
    var number: Int64 { get }
}

extension Service: NumberedRecord {}
extension Instance: NumberedRecord {}
extension Tombstone: NumberedRecord {}
extension Override: NumberedRecord {}
extension Subscription: NumberedRecord {}

/// A record as it is committed, and as it will be.
struct DraftRecord<Key, Value: NumberedRecord> {
    let key: Key
    /// The place of its service in the draft.
    let service: Int
    /// The revision of the committed record; nil: there is none.
    let expected: Revision?
    private let committedNumber: Int64?
    /// Its place among the group's writes; nil while nothing is written.
    private(set) var write: Int?
    var restsOnSilence = false
    /// Nil: there is none.
    private(set) var value: Value?

    init(key: Key, service: Int, committed: Value?, expected: Revision?) {
        self.key = key
        self.service = service
        self.committedNumber = committed?.number
        self.expected = expected
        self.value = committed
    }

    var exists: Bool { self.value != nil }
    /// Whether it came with this group: there is none that is committed.
    var isNew: Bool { self.exists && self.expected == nil }

    /// The number of the row that it has, or had before it was removed.
    var number: Int64? { self.value?.number ?? self.committedNumber }

    /// Puts, or with nil removes, the value. True when it is written for the first time, and so takes `write`.
    mutating func put(_ value: Value?, write: Int) -> Bool {
        self.value = value
        return self.rewrite(write: write)
    }

    /// Writes the value as it is. True when it is written for the first time, and so takes `write`.
    mutating func rewrite(write: Int) -> Bool {
        guard self.write == nil else { return false }
        self.write = write
        return true
    }

    /// Changes the value where it is, if there is one.
    mutating func change(_ body: (inout Value) -> Void) {
        guard var value = self.value.take() else { return }
        body(&value)
        self.value = value
    }
}
