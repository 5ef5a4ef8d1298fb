import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a store needs of etcd: the one that ``EtcdClient`` talks to, or one that is only simulated.
///
/// Calls come to an end within the time that the client is given for them. `isRepeatable`: carrying it out twice is the same as once, so
/// that it may be tried again elsewhere when the answer is lost.
protocol EtcdService: Sendable {
    /// Where it is asked. Calls name one by its place in here.
    var endpoints: [EtcdEndpoint] { get }

    /// Keeps the connections until the task is cancelled. Calls wait for it to begin.
    func run() async

    /// - Parameter endpoint: which one to ask, and no other; nil: whichever answers.
    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse

    @discardableResult
    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse

    /// Forgets what was before a revision. Throws `compacted` when that is forgotten already.
    func compact(to revision: Int64) async throws(EtcdError)

    /// Watches a range from a revision on, over broken connections and on any endpoint, until the task is cancelled.
    ///
    /// Always throws: `cancelled`; `compacted` when what should come next is gone; or what no other endpoint does better, such as
    /// `permissionDenied`.
    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never

    /// - Parameter timeToLive: in whole seconds.
    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease

    /// Ends a lease, and removes its keys. Throws `leaseNotFound` when it is over.
    func revoke(_ lease: Int64) async throws(EtcdError)

    /// Keeps a lease alive, three times in its length, until the task is cancelled.
    ///
    /// - Parameter isWanted: asked each time; while it is false nothing is sent, and the lease may run out.
    ///
    /// Always throws: `cancelled`; `leaseNotFound` when it has run out or was revoked; or what no other endpoint does better.
    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus

    func alarms() async throws(EtcdError) -> [EtcdAlarm]
}

extension EtcdService {
    func range(_ query: EtcdQuery) async throws(EtcdError) -> EtcdRangeResponse {
        try await self.range(query, on: nil)
    }

    /// One key; nil: it is not there.
    func get(_ key: String) async throws(EtcdError) -> EtcdKeyValue? {
        try await self.range(EtcdQuery(EtcdRange(key)), on: nil).kvs.first
    }

    @discardableResult
    func put(_ key: String, _ value: Data, lease: Int64 = 0) async throws(EtcdError) -> EtcdPutResponse {
        try await self.put(key, value, lease: lease, isRepeatable: false)
    }

    func transaction(_ request: EtcdTxnRequest) async throws(EtcdError) -> EtcdTxnResponse {
        try await self.transaction(request, isRepeatable: false)
    }

    /// Every page of a query, all at the revision of the first, in the order of keys.
    ///
    /// - Parameters:
    ///   - query: its `limit` is the length of a page.
    ///   - body: gets one page after another.
    /// - Returns: the revision.
    func pages(
        _ query: EtcdQuery, _ body: ([EtcdKeyValue]) throws(EtcdError) -> Void
    ) async throws(EtcdError) -> Int64 {
        var query = query
        while true {
            let page = try await self.range(query)
            let revision = query.revision ?? page.header.revision
            query.revision = revision
            try body(page.kvs)
            guard page.more, let last = page.kvs.last else { return revision }
            query.range = query.range.after(last.key)
        }
    }
}
