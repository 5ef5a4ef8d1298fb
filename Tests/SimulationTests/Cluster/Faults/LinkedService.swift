import Foundation
import RegistryModel

@testable import EtcdBackend

/// A client of the simulated etcd that does most as it should.
protocol LinkedService: EtcdService {
    var link: EtcdLink { get }
}

extension LinkedService {
    var endpoints: [EtcdEndpoint] { self.link.endpoints }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        try await self.link.transaction(request, isRepeatable: isRepeatable)
    }

    func run() async { await self.link.run() }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        try await self.link.range(query, on: endpoint)
    }

    @discardableResult
    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try await self.link.put(key, value, lease: lease, isRepeatable: isRepeatable)
    }

    func compact(to revision: Int64) async throws(EtcdError) { try await self.link.compact(to: revision) }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        try await self.link.watch(range, from: revision, observer)
    }

    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        try await self.link.grantLease(timeToLive)
    }

    func revoke(_ lease: Int64) async throws(EtcdError) { try await self.link.revoke(lease) }

    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never {
        try await self.link.keepAlive(lease, isWanted: isWanted)
    }

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus { try await self.link.status(of: endpoint) }
    func alarms() async throws(EtcdError) -> [EtcdAlarm] { try await self.link.alarms() }
}
