import Foundation

@testable import EtcdBackend

/// Requests as etcd 3.4 carries them out.
extension EtcdContents {
    /// Operations and compares in one transaction at most (`--max-txn-ops`).
    private static let limit = 128

    var header: EtcdResponseHeader {
        var header = EtcdResponseHeader()
        header.clusterID = 1
        header.memberID = 1
        header.revision = self.revision
        return header
    }

    func range(_ request: EtcdRangeRequest, at current: Int64? = nil) throws(EtcdError) -> EtcdRangeResponse {
        let newest = current ?? self.revision
        if request.revision > newest { throw EtcdError(.futureRevision, "required revision is a future revision") }
        if request.revision > 0, request.revision < self.compacted {
            throw EtcdError(.compacted, "required revision has been compacted")
        }
        let revision = request.revision > 0 ? request.revision : newest
        var pairs = self.pairs(KeyRange(request.key, request.rangeEnd), at: revision)
        var response = EtcdRangeResponse()
        response.header = self.header
        response.count = Int64(pairs.count)
        if request.countOnly { return response }
        if request.minModRevision > 0 { pairs.removeAll { $0.modRevision < request.minModRevision } }
        if request.maxModRevision > 0 { pairs.removeAll { $0.modRevision > request.maxModRevision } }
        if request.sortTarget == .mod, request.sortOrder != .none {
            // A stable order among those of one revision: that of keys, as etcd has it.
            let isRising = request.sortOrder == .ascend
            pairs = pairs.enumerated().sorted { one, other in
                let (first, second) = (one.element.modRevision, other.element.modRevision)
                return first == second ? one.offset < other.offset : (first < second) == isRising
            }.map(\.element)
        } else if request.sortOrder == .descend {
            pairs.reverse()
        }
        if request.limit > 0, pairs.count > Int(request.limit) {
            pairs = Array(pairs.prefix(Int(request.limit)))
            response.more = true
        }
        if request.keysOnly {
            for index in pairs.indices { pairs[index].value = Data() }
        }
        response.kvs = pairs
        return response
    }

    /// Carries a transaction out; ``close()`` ends it.
    mutating func transact(_ request: EtcdTxnRequest) throws(EtcdError) -> EtcdTxnResponse {
        try Self.check(request, Self.limit)
        _ = try Self.writes(request.success)
        _ = try Self.writes(request.failure)
        return try self.carryOut(self.decide(request))
    }

    // MARK: Deciding

    /// Which branch is taken, all the way down, before anything is done.
    private struct Decision {
        let isTaken: Bool
        let operations: [EtcdRequestOp]
        /// Of the operations that are transactions.
        let nested: [Int: Decision]
    }

    private func decide(_ request: EtcdTxnRequest) -> Decision {
        let isTaken = request.compare.allSatisfy { self.holds($0) }
        let operations = isTaken ? request.success : request.failure
        var nested: [Int: Decision] = [:]
        for (index, operation) in operations.enumerated() {
            if case .requestTxn(let transaction) = operation.request { nested[index] = self.decide(transaction) }
        }
        return Decision(isTaken: isTaken, operations: operations, nested: nested)
    }

    private func holds(_ compare: EtcdCompare) -> Bool {
        let pairs = self.pairs(KeyRange(compare.key, compare.rangeEnd), at: self.revision)
        if pairs.isEmpty { return compare.target != .value && Self.holds(compare, EtcdKeyValue()) }
        return pairs.allSatisfy { Self.holds(compare, $0) }
    }

    private static func holds(_ compare: EtcdCompare, _ pair: EtcdKeyValue) -> Bool {
        switch compare.target {
        case .create: self.holds(compare.result, pair.createRevision, compare.createRevision)
        case .mod: self.holds(compare.result, pair.modRevision, compare.modRevision)
        case .version: self.holds(compare.result, pair.version, compare.version)
        case .lease: self.holds(compare.result, pair.lease, compare.lease)
        case .value:
            self.holds(
                compare.result,
                pair.value.lexicographicallyPrecedes(compare.value) ? -1 : pair.value == compare.value ? 0 : 1, 0)
        case .UNRECOGNIZED: false
        }
    }

    private static func holds(_ result: EtcdCompare.CompareResult, _ actual: Int64, _ given: Int64) -> Bool {
        switch result {
        case .equal: actual == given
        case .notEqual: actual != given
        case .greater: actual > given
        case .less: actual < given
        case .UNRECOGNIZED: false
        }
    }

    // MARK: Doing

    private mutating func carryOut(_ decision: Decision) throws(EtcdError) -> EtcdTxnResponse {
        var response = EtcdTxnResponse()
        response.succeeded = decision.isTaken
        for (index, operation) in decision.operations.enumerated() {
            var answer = EtcdResponseOp()
            switch operation.request {
            case .requestRange(let request): answer.responseRange = try self.range(request, at: self.writing)
            case .requestPut(let request):
                self.put(String(decoding: request.key, as: UTF8.self), request.value, lease: request.lease)
                answer.responsePut = EtcdPutResponse()
            case .requestDeleteRange(let request):
                var deletion = EtcdDeleteRangeResponse()
                deletion.deleted = self.delete(KeyRange(request.key, request.rangeEnd))
                answer.responseDeleteRange = deletion
            case .requestTxn:
                if let nested = decision.nested[index] { answer.responseTxn = try self.carryOut(nested) }
            case nil: break
            }
            response.responses.append(answer)
        }
        return response
    }

    // MARK: Refusing

    private static func check(_ request: EtcdTxnRequest, _ limit: Int) throws(EtcdError) {
        let count = max(request.compare.count, request.success.count, request.failure.count)
        if count > limit { throw EtcdError(.tooLarge, "too many operations in txn request") }
        for operation in request.success + request.failure {
            if case .requestTxn(let nested) = operation.request { try self.check(nested, limit - count) }
        }
    }

    /// What the operations of one branch write, in the order in which etcd looks at them (`checkIntervals`). Throws when a key is
    /// written twice.
    private static func writes(
        _ operations: [EtcdRequestOp]
    ) throws(EtcdError) -> (puts: Set<String>, deletes: [KeyRange]) {
        var puts: Set<String> = []
        var deletes: [KeyRange] = []
        for case .requestDeleteRange(let request) in operations.map(\.request) {
            deletes.append(KeyRange(request.key, request.rangeEnd))
        }
        for case .requestTxn(let nested) in operations.map(\.request) {
            let (taken, other) = (try self.writes(nested.success), try self.writes(nested.failure))
            let isTwice =
                !puts.isDisjoint(with: taken.puts)
                || !puts.subtracting(taken.puts).isDisjoint(with: other.puts)
                || taken.puts.union(other.puts).contains { key in deletes.contains { $0.contains(key) } }
            if isTwice { throw Self.duplicateKey }
            puts.formUnion(taken.puts)
            puts.formUnion(other.puts)
            deletes += taken.deletes + other.deletes
        }
        for case .requestPut(let request) in operations.map(\.request) {
            let key = String(decoding: request.key, as: UTF8.self)
            if !puts.insert(key).inserted || deletes.contains(where: { $0.contains(key) }) { throw Self.duplicateKey }
        }
        return (puts, deletes)
    }

    private static let duplicateKey = EtcdError(.refused, "duplicate key given in txn request")
}
