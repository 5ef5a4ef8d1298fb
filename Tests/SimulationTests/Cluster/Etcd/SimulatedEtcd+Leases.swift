import Foundation
import RegistryCatalog
import RegistryModel
import Synchronization

@testable import EtcdBackend

extension SimulatedEtcd {
    func grant(_ request: EtcdLeaseGrantRequest) throws(EtcdError) -> EtcdLeaseGrantResponse {
        try self.state.withLock { state throws(EtcdError) in
            if state.isFull { throw EtcdError(.noSpace, "etcdserver: mvcc: database space exceeded") }
            state.nextID += 1
            let id = request.id == 0 ? state.nextID : request.id
            let end = self.clock.monotonicMilliseconds + request.ttl * 1_000
            state.leases[id] = Lease(seconds: request.ttl, end: end)
            var response = EtcdLeaseGrantResponse()
            response.header = state.contents.header
            response.id = id
            response.ttl = request.ttl
            return response
        }
    }

    /// A ttl of 0: there is no such lease.
    func keepAlive(_ request: EtcdLeaseKeepAliveRequest) -> EtcdLeaseKeepAliveResponse {
        self.state.withLock { state in
            var response = EtcdLeaseKeepAliveResponse()
            response.header = state.contents.header
            response.id = request.id
            if let seconds = state.leases[request.id]?.seconds {
                state.leases[request.id]?.end = self.clock.monotonicMilliseconds + seconds * 1_000
                response.ttl = seconds
            }
            return response
        }
    }

    func revoke(_ request: EtcdLeaseRevokeRequest) throws(EtcdError) -> EtcdLeaseRevokeResponse {
        guard self.end(request.id) else { throw EtcdError(.leaseNotFound, "requested lease not found") }
        var response = EtcdLeaseRevokeResponse()
        response.header = self.state.withLock { $0.contents.header }
        return response
    }

    /// Ends a lease, and with it its keys; false: there is none.
    private func end(_ id: Int64) -> Bool {
        let (isEnded, commit) = self.state.withLock { state in
            guard state.leases.removeValue(forKey: id) != nil else { return (false, Commit?.none) }
            let all = state.contents.pairs(KeyRange(Data([0]), Data([0])), at: state.contents.revision)
            for pair in all where pair.lease == id { _ = state.contents.delete(KeyRange(pair.key, Data())) }
            return (true, Self.close(&state.contents))
        }
        self.publish(commit)
        return isEnded
    }

    /// Ends leases whose time is over, until the task is cancelled.
    func run() async {
        while await self.clock.rest(for: .milliseconds(500)) {
            let now = self.clock.monotonicMilliseconds
            let over = self.state.withLock { $0.leases.filter { $0.value.end <= now }.keys.sorted() }
            for id in over { _ = self.end(id) }
        }
    }
}
