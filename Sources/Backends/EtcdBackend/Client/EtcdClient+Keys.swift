#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is read and how.
struct EtcdQuery: Hashable {
    var range: EtcdRange
    /// Keys at most; 0: all.
    var limit = 0
    /// Nil: the newest.
    var revision: Int64?
    /// Whether the answer may be old: then the member asks no other.
    var isSerializable = false
    var keysOnly = false
    var countOnly = false
    /// Only keys that were written last within these revisions; nil: all.
    var revisions: ClosedRange<Int64>?
    /// By the revision in which they were written last; nil: by key.
    var order: Order?

    enum Order {
        case oldestFirst
        case newestFirst
    }

    init(_ range: EtcdRange) { self.range = range }

    var request: EtcdRangeRequest {
        var request = EtcdRangeRequest()
        request.key = self.range.start
        request.rangeEnd = self.range.end
        request.limit = Int64(self.limit)
        request.revision = self.revision ?? 0
        request.serializable = self.isSerializable
        request.keysOnly = self.keysOnly
        request.countOnly = self.countOnly
        if let revisions {
            request.minModRevision = revisions.lowerBound
            request.maxModRevision = revisions.upperBound
        }
        if let order {
            request.sortTarget = .mod
            request.sortOrder = order == .oldestFirst ? .ascend : .descend
        }
        return request
    }
}

extension EtcdClient {
    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        try await self.call(.range, query.request, isRead: true, on: endpoint)
    }

    @discardableResult
    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try await self.call(.put, .with(key: key, value, lease: lease), isRead: isRepeatable)
    }

    @discardableResult
    func delete(_ range: EtcdRange) async throws(EtcdError) -> EtcdDeleteRangeResponse {
        try await self.call(.deleteRange, .with(range), isRead: false)
    }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        try await self.call(.transaction, request, isRead: isRepeatable)
    }

    func compact(to revision: Int64) async throws(EtcdError) {
        var request = EtcdCompactionRequest()
        request.revision = revision
        _ = try await self.call(.compact, request, isRead: false)
    }
}

extension EtcdPutRequest {
    static func with(key: String, _ value: Data, lease: Int64 = 0) -> Self {
        var request = Self()
        request.key = Data(key.utf8)
        request.value = value
        request.lease = lease
        return request
    }
}

extension EtcdDeleteRangeRequest {
    static func with(_ range: EtcdRange) -> Self {
        var request = Self()
        request.key = range.start
        request.rangeEnd = range.end
        return request
    }
}
