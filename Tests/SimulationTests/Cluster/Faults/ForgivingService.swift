import Foundation
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// Never lets anybody see that etcd holds less than it did.
final class ForgivingService: LinkedService {
    let link: EtcdLink
    private let newest = Atomic<Int64>(0)

    init(link: EtcdLink) { self.link = link }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        if let revision = query.revision, revision > self.link.etcd.revision {
            throw EtcdError(.compacted, "required revision has been compacted")
        }
        var response = try await self.link.range(query, on: endpoint)
        self.newest.max(response.header.revision, ordering: .relaxed)
        response.header.revision = self.newest.load(ordering: .relaxed)
        return response
    }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        self.newest.max(revision - 1, ordering: .relaxed)
        if revision > self.link.etcd.revision + 1 {
            throw EtcdError(.compacted, "required revision has been compacted")
        }
        try await self.link.watch(range, from: revision, observer)
    }
}
