import RegistryCatalog
import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The operations of a group in the form in which they are stored.
struct EncodedGroup {
    struct Operation {
        /// Nil: the record is removed.
        let value: Data?
        let changes: [StoredChangeRecord]
        /// The latest time among its changes, and the commit's.
        let time: Timestamp

        /// In a transaction: each change lies in `head` and in the history.
        func size(_ key: String) -> Int {
            let changes = self.changes.reduce(0) { $0 + 128 + $1.detail.utf8.count + $1.instance.utf8.count }
            return key.utf8.count * 2 + (self.value?.count ?? 0) + changes * 2
        }
    }

    private(set) var operations: [Operation] = []
    private let group: CommitGroup
    /// The places of the changes that belong to each write.
    private let changes: [Int: [Int]]
    /// What later versions stored under a key.
    private let originals: [String: Data]

    /// The schema that is written.
    private let level: UInt32

    init(_ group: CommitGroup, over originals: [String: Data], _ level: UInt32) {
        self.level = level
        self.group = group
        self.originals = originals
        self.changes = Dictionary(grouping: group.changes.indices) { group.changes[$0].write }
    }

    /// Encodes the next operation, and returns its size. Throws when an original is no record.
    mutating func append(_ operation: PlannedOperation) throws -> Int {
        let places = operation.writes.flatMap { self.changes[$0] ?? [] }
        let changes = places.map { place in
            var record = StoredChangeRecord(self.group.changes[place].change, order: place)
            if record.writtenKey != operation.key { record.key = operation.key }
            return record
        }
        let encoded = Operation(
            value: try operation.record.value(over: self.originals[operation.key], self.level), changes: changes,
            time: places.reduce(self.group.time) { max($0, self.group.changes[$1].change.time) })
        self.operations.append(encoded)
        return encoded.size(operation.key)
    }
}

/// Builds the requests for one transaction of a plan.
struct TransactionBuilder {
    let layout: EtcdLayout
    let writer: UInt64
    let sequence: UInt64
    /// The key of this writer's fence, and its revision.
    let fence: (key: String, revision: Int64)
    let time: Timestamp
    let known: TransactionCompares.Known
    /// The newest commit that was delivered here.
    let committed: Revision

    /// One operation, ready to go.
    struct Item {
        let operation: PlannedOperation
        let encoded: EncodedGroup.Operation
        /// Etcd's revision of its key; 0: there must be none.
        let expected: Int64
        /// Its changes and removals were recorded by an earlier transaction.
        let isRepeated: Bool
    }

    /// The request in which the operations stand or fall together; nil: etcd would not take as many compares.
    ///
    /// It costs etcd and us a fraction of what ``separately(_:)`` does: one entry of the history for all, and no answer for each. When it
    /// is refused it answers with the fence, which tells whether an operation or the fence was in the way.
    func jointly(_ items: [Item]) -> EtcdTxnRequest? {
        let compares = TransactionCompares(items, self.layout, known: self.known).joint(items)
        guard compares.count < EtcdTxnRequest.operations else { return nil }
        var operations = items.map { self.write($0) }
        operations += self.trail(items, as: 0).map { [$0] } ?? []
        operations += self.vanished(items, as: 0).map { [$0] } ?? []
        operations.append(self.head(items))
        return .when(
            [self.fenceHolds] + compares, then: operations, else: [.range(EtcdQuery(EtcdRange(self.fence.key)))])
    }

    /// The request in which each operation stands or falls alone.
    func separately(_ items: [Item]) -> EtcdTxnRequest {
        let compares = TransactionCompares(items, self.layout, known: self.known)
        let operations = items.enumerated().map { index, item in
            let notes = [self.trail([item], as: index), self.vanished([item], as: index)].compactMap(\.self)
            return EtcdRequestOp.transaction(.when(compares.compares(item), then: [self.write(item)] + notes))
        }
        return .when([self.fenceHolds], then: operations + [self.head(items)])
    }

    private var fenceHolds: EtcdCompare { .onKey(self.fence.key, to: .modRevision(self.fence.revision)) }

    private func write(_ item: Item) -> EtcdRequestOp {
        let key = self.layout.key(item.operation.key)
        return item.encoded.value.map { .put(key, $0) } ?? .delete(EtcdRange(key))
    }

    /// One entry of the history for what some operations change; nil: nothing that is not recorded.
    private func trail(_ items: [Item], as operation: Int) -> EtcdRequestOp? {
        let fresh = items.filter { !$0.isRepeated && !$0.encoded.changes.isEmpty }
        guard let time = fresh.map(\.encoded.time).max() else { return nil }
        var record = StoredTrailRecord()
        record.schema = Schema.current
        record.changes = fresh.flatMap(\.encoded.changes)
        let name = TrailKey(
            time: time, writer: self.writer, sequence: self.sequence, operation: operation,
            changes: record.changes.count)
        return .put(self.layout.key("\(name)"), record.bytes)
    }

    /// By its revision it tells that something was removed; nil: nothing is.
    private func vanished(_ items: [Item], as operation: Int) -> EtcdRequestOp? {
        guard items.contains(where: { $0.encoded.value == nil }) else { return nil }
        return .put(self.layout.key(EtcdLayout.vanished(operation)), Data())
    }

    /// The last of the operations, and done whatever the others find. What watches tells by it what happened.
    private func head(_ items: [Item]) -> EtcdRequestOp {
        var head = StoredHeadRecord()
        head.notesRemovals = true
        head.schema = Schema.current
        head.writer = self.writer
        head.sequence = self.sequence
        head.time = self.time.milliseconds
        head.committed = self.committed.rawValue
        for item in items where !item.isRepeated {
            head.changes += item.encoded.changes
            head.removals += item.operation.removals
        }
        head.changes.sort { $0.order < $1.order }
        return .put(self.layout.key(EtcdLayout.head), head.bytes)
    }
}
