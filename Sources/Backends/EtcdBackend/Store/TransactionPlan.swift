import RegistryCatalog
import RegistryModel

/// A group of writes as transactions that etcd takes, in order.
///
/// An instance is never written without its service's record: where the instances of one service lie in several transactions,
/// its record is rewritten in each. A key is written once in a transaction; what writes it again goes into a later one.
struct TransactionPlan {
    /// One step of a transaction.
    struct Step: Hashable {
        /// A place in ``operations``.
        let operation: Int
        /// It was done by an earlier transaction already: its record is now the one that this left, and its changes are recorded.
        let isRepeated: Bool
    }

    /// Operations in one transaction. Where they are nested etcd counts them together with what is compared or done in any of them:
    /// ``TransactionCompares/most`` are left for that, and one for `head`.
    static let longest = EtcdTxnRequest.operations - 1 - TransactionCompares.most
    /// Bytes of keys and values in one transaction: 512 KiB.
    static let bytes = 512 << 10

    private(set) var operations: [PlannedOperation] = []
    private(set) var transactions: [[Step]] = []
    /// The group's writes that conflict whatever is stored.
    private(set) var conflicts: [Int] = []

    /// - Parameter size: the bytes that an operation takes; asked for each once, in order.
    init(_ group: CommitGroup, _ timeline: Timeline, size: (PlannedOperation) throws -> Int) rethrows {
        let rounds = self.plan(group, timeline)
        var open = OpenTransaction(keys: self.operations.map(\.key), size: try self.operations.map(size))
        var written: Set<Int> = []
        for operation in self.order(rounds) {
            let service = self.operations[operation].service.flatMap { self.services[$0] }
            if !open.takes(operation, with: service) { self.close(&open, &written) }
            open.add(operation, with: service)
        }
        self.close(&open, &written)
    }

    /// The operation that rewrites a service's record.
    private var services: [ServiceKey: Int] = [:]

    /// Fills ``operations``. A round holds each key once; instances and their tombstones are fused within it.
    private mutating func plan(_ group: CommitGroup, _ timeline: Timeline) -> [[Int]] {
        var rounds: [[Int]] = []
        var places: [String: (round: Int, operation: Int)] = [:]
        for (index, write) in group.writes.enumerated() {
            guard let operation = PlannedOperation(write, at: index, timeline) else {
                self.conflicts.append(index)
                continue
            }
            let earlier = places[operation.key]
            if let earlier, self.operations[earlier.operation].fuse(operation) { continue }
            let round = earlier.map { $0.round + 1 } ?? 0
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(self.operations.count)
            places[operation.key] = (round, self.operations.count)
            if round == 0, case .service(let key, _, _?) = write.record { self.services[key] = self.operations.count }
            self.operations.append(operation)
        }
        return rounds
    }

    /// All operations in order: records of services come with their instances, or else by themselves; removed services go last.
    private mutating func order(_ rounds: [[Int]]) -> [Int] {
        let accompanied = Set(self.operations.compactMap(\.service))
        var ordered: [Int] = []
        for round in rounds {
            var last: [Int] = []
            for operation in round {
                if self.operations[operation].isVoid {
                    self.conflicts += self.operations[operation].writes
                } else if case .service(let key, _, let service) = self.operations[operation].record,
                    accompanied.contains(key)
                {
                    if service == nil || self.services[key] != operation { last.append(operation) }
                } else {
                    ordered.append(operation)
                }
            }
            ordered += last
        }
        return ordered
    }

    private mutating func close(_ open: inout OpenTransaction, _ written: inout Set<Int>) {
        guard !open.operations.isEmpty else { return }
        self.transactions.append(
            open.operations.map { Step(operation: $0, isRepeated: !written.insert($0).inserted) })
        open.clear()
    }
}

/// The transaction that is being filled.
private struct OpenTransaction {
    private(set) var operations: [Int] = []
    /// The operation that writes a key.
    private var members: [String: Int] = [:]
    private var bytes = 0
    private let keys: [String]
    private let size: [Int]

    init(keys: [String], size: [Int]) {
        self.keys = keys
        self.size = size
    }

    /// Whether there is room for an operation, and for its service's record if that is not in yet, and no other writes their keys.
    func takes(_ operation: Int, with service: Int?) -> Bool {
        let needed = [operation, service].compactMap { $0 }
        guard needed.allSatisfy({ self.members[self.keys[$0], default: $0] == $0 }) else { return false }
        let new = needed.filter { self.members[self.keys[$0]] == nil }
        return self.operations.isEmpty
            || self.operations.count + new.count <= TransactionPlan.longest
                && self.bytes + new.reduce(0) { $0 + self.size[$1] } <= TransactionPlan.bytes
    }

    mutating func add(_ operation: Int, with service: Int?) {
        for next in [service, operation].compactMap({ $0 }) where self.members[self.keys[next]] == nil {
            self.members[self.keys[next]] = next
            self.operations.append(next)
            self.bytes += self.size[next]
        }
    }

    mutating func clear() {
        self.operations = []
        self.members = [:]
        self.bytes = 0
    }
}
