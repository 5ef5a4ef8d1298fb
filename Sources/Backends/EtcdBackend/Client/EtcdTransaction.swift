#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Short forms of what a transaction is made of.
extension EtcdTxnRequest {
    /// What etcd takes of compares, and of operations, those of nested transactions included: its `max-txn-ops`.
    static let operations = 128

    static func when(
        _ compares: [EtcdCompare], then success: [EtcdRequestOp], else failure: [EtcdRequestOp] = []
    ) -> Self {
        var request = Self()
        request.compare = compares
        request.success = success
        request.failure = failure
        return request
    }
}

extension EtcdRequestOp {
    static func put(_ key: String, _ value: Data, lease: Int64 = 0) -> Self {
        var operation = Self()
        operation.requestPut = .with(key: key, value, lease: lease)
        return operation
    }

    static func delete(_ range: EtcdRange) -> Self {
        var operation = Self()
        operation.requestDeleteRange = .with(range)
        return operation
    }

    static func range(_ query: EtcdQuery) -> Self {
        var operation = Self()
        operation.requestRange = query.request
        return operation
    }

    static func transaction(_ transaction: EtcdTxnRequest) -> Self {
        var operation = Self()
        operation.requestTxn = transaction
        return operation
    }
}

extension EtcdCompare {
    /// What is compared; over a range of several keys it must hold for each.
    enum Subject {
        /// 0: there is no such key.
        case createRevision(Int64)
        /// 0: there is no such key.
        case modRevision(Int64)
        /// How often it was put since it was created.
        case version(Int64)
        case value(Data)
        /// 0: none.
        case lease(Int64)
    }

    static func onKey(_ key: String, _ result: CompareResult = .equal, to subject: Subject) -> Self {
        .onRange(EtcdRange(key), result, to: subject)
    }

    static func onRange(_ range: EtcdRange, _ result: CompareResult = .equal, to subject: Subject) -> Self {
        var compare = Self()
        compare.key = range.start
        compare.rangeEnd = range.end
        compare.result = result
        switch subject {
        case .createRevision(let revision):
            compare.target = .create
            compare.createRevision = revision
        case .modRevision(let revision):
            compare.target = .mod
            compare.modRevision = revision
        case .version(let version):
            compare.target = .version
            compare.version = version
        case .value(let value):
            compare.target = .value
            compare.value = value
        case .lease(let lease):
            compare.target = .lease
            compare.lease = lease
        }
        return compare
    }
}
