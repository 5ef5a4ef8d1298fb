import Foundation
import RegistryModel

@testable import EtcdBackend

/// An etcd that calls every commit one for which it has no room, having carried it out or not: a member that finds out while it carries
/// one out does either.
struct RefusingService: EtcdService {
    private let client: EtcdClient
    private let isDone: Bool

    init(_ client: EtcdClient, isDone: Bool) {
        self.client = client
        self.isDone = isDone
    }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        let isCommit = request.success.last.map {
            String(decoding: $0.requestPut.key, as: UTF8.self).hasSuffix("/head")
        }
        guard isCommit == true else { return try await self.client.transaction(request, isRepeatable: isRepeatable) }
        if self.isDone { _ = try await self.client.transaction(request, isRepeatable: isRepeatable) }
        throw EtcdError(.noSpace, "mvcc: database space exceeded", mayTakeEffect: true)
    }

    var endpoints: [EtcdEndpoint] { self.client.endpoints }

    func run() async { await self.client.run() }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        try await self.client.range(query, on: endpoint)
    }

    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try await self.client.put(key, value, lease: lease, isRepeatable: isRepeatable)
    }

    func compact(to revision: Int64) async throws(EtcdError) { try await self.client.compact(to: revision) }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        try await self.client.watch(range, from: revision, observer)
    }

    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        try await self.client.grantLease(timeToLive)
    }

    func revoke(_ lease: Int64) async throws(EtcdError) { try await self.client.revoke(lease) }

    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never {
        try await self.client.keepAlive(lease, isWanted: isWanted)
    }

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus { try await self.client.status(of: endpoint) }

    func alarms() async throws(EtcdError) -> [EtcdAlarm] { try await self.client.alarms() }
}
