import Foundation
import RegistryModel

@testable import EtcdBackend

/// The simulated etcd without a network before it.
struct DirectEtcd: EtcdService {
    let etcd: SimulatedEtcd

    var endpoints: [EtcdEndpoint] { [EtcdEndpoint(host: "127.0.0.1")] }

    func run() async {}

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        try self.etcd.range(query.request)
    }

    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try self.etcd.put(.with(key: key, value, lease: lease))
    }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        try self.etcd.transaction(request)
    }

    func compact(to revision: Int64) async throws(EtcdError) {
        var request = EtcdCompactionRequest()
        request.revision = revision
        _ = try self.etcd.compact(request)
    }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        try await observer.willWatch(on: 0)
        var request = EtcdWatchCreateRequest()
        request.key = range.start
        request.rangeEnd = range.end
        request.startRevision = revision
        let (news, continuation) = AsyncStream.makeStream(of: SimulatedEtcd.WatchNews.self)
        let watch = self.etcd.watch(request) { continuation.yield($0) }
        defer { self.etcd.endWatch(watch) }
        await observer.isWatching(on: 0)
        for await item in news {
            switch item {
            case .compacted: throw EtcdError(.compacted, "required revision has been compacted")
            case .events(let commits):
                for commit in commits {
                    await observer.take(WatchBatch(revision: commit.revision, events: commit.events))
                }
            }
        }
        throw EtcdError(.cancelled, "the watch was cancelled")
    }

    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        var request = EtcdLeaseGrantRequest()
        request.ttl = timeToLive.milliseconds / 1_000
        return EtcdLease(id: try self.etcd.grant(request).id, timeToLive: timeToLive.duration)
    }

    func revoke(_ lease: Int64) async throws(EtcdError) {
        var request = EtcdLeaseRevokeRequest()
        request.id = lease
        _ = try self.etcd.revoke(request)
    }

    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never {
        throw EtcdError(.cancelled, "nobody keeps it here")
    }

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus {
        throw EtcdError(.unavailable, "nobody asks it here")
    }

    func alarms() async throws(EtcdError) -> [EtcdAlarm] { [] }
}
