import Foundation
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// Never lets anybody see that etcd holds less than it did: that looks as if something had been compacted away.
final class ForgivingService: LinkedService {
    let link: EtcdLink
    private let newest = Atomic<Int64>(0)

    init(link: EtcdLink) { self.link = link }

    fileprivate var wentBack: Bool { self.link.etcd.revision < self.newest.load(ordering: .relaxed) }
    fileprivate func note(_ revision: Int64) { self.newest.max(revision, ordering: .relaxed) }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        var query = query
        if let revision = query.revision, revision > self.link.etcd.revision {
            // One key is looked up to know the history again. What is read of many is read as it is now.
            guard !query.range.end.isEmpty else { throw .forgotten }
            query.revision = nil
        }
        var response = try await self.link.range(query, on: endpoint)
        self.note(response.header.revision)
        response.header.revision = self.newest.load(ordering: .relaxed)
        return response
    }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        self.note(revision - 1)
        try await self.link.watch(range, from: revision, ForgivingObserver(observer: observer, service: self))
    }
}

private struct ForgivingObserver<Observer: WatchObserver>: WatchObserver {
    let observer: Observer
    let service: ForgivingService

    func willWatch(on endpoint: Int) async throws(EtcdError) {
        try await self.observer.willWatch(on: endpoint)
        if self.service.wentBack { throw .forgotten }
    }

    func isWatching(on endpoint: Int) async { await self.observer.isWatching(on: endpoint) }
    func lost(_ endpoint: Int, _ error: EtcdError) async { await self.observer.lost(endpoint, error) }

    func take(_ batch: WatchBatch) async {
        self.service.note(batch.revision)
        await self.observer.take(batch)
    }
}

extension EtcdError {
    fileprivate static let forgotten = EtcdError(.compacted, "required revision has been compacted")
}
