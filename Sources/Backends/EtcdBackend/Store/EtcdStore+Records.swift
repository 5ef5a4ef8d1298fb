public import RegistryCatalog
public import RegistryModel
import SwiftProtobuf
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The history lies in etcd too, so that every node tells the same and it outlives all of them: one key for what is committed
/// together, written by the transaction that does it and no other, outside of what is watched.
extension EtcdStore {
    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        // Opened only by who has compared what it holds with what is shown.
        guard self.opened.reached > 0 else { throw StoreError.notOpen }
        let (timeline, obstacle) = self.session.withLock { ($0.timeline, $0.obstacle) }
        // What another history holds, or lacks, says nothing of this one.
        if let obstacle { throw obstacle }
        var paging = HistoryPaging(query)
        guard let bounds = paging.bounds, let range = timeline.etcdRevisions(bounds) else {
            return paging.page(isComplete: true)
        }
        let listing = try await self.listing(range, query)
        for part in listing.parts(of: EtcdTxnRequest.operations) {
            let values = try await self.values(part.flatMap(\.keys))
            for commit in part {
                let changes = try commit.keys.compactMap { values[$0] }
                    .flatMap { try StoredTrailRecord(serializedBytes: $0).changes }
                    .sorted { $0.order < $1.order }
                let committed = timeline.revision(commit.revision)
                if let full = paging.take(changes.map { $0.model(revision: committed) }, of: committed) { return full }
            }
        }
        return paging.page(isComplete: !listing.hasMore)
    }

    /// One after another: each makes etcd read all there is.
    private func listing(_ range: ClosedRange<Int64>, _ query: HistoryQuery) async throws -> TrailListing {
        var listed = EtcdQuery(self.layout.history(since: query.sinceTime))
        listed.keysOnly = true
        // More than one commit has, so that every page gets further.
        listed.limit = max(self.configuration.listedEntries, TransactionPlan.longest + 1)
        listed.revisions = range
        listed.order = query.order == .ascending ? .oldestFirst : .newestFirst
        let result: Result<EtcdRangeResponse, any Error> = await self.listings.take {
            do {
                // Whoever has waited for too long is not there any more.
                try Task.checkCancellation()
                let newest = self.newestKnown
                let response = try await self.client.range(listed)
                // An etcd that was emptied or put back may answer before the watch has found out.
                guard response.header.revision >= newest else { throw EtcdError.wentBack }
                return .success(response)
            } catch let error as EtcdError {
                return .failure(StoreError(error))
            } catch {
                return .failure(error)
            }
        }
        let response = try result.get()
        return TrailListing(response.kvs, hasMore: response.more)
    }

    /// What some entries of the history hold; those that are forgotten by now are left out.
    private func values(_ keys: [Data]) async throws -> [Data: Data] {
        let request = EtcdTxnRequest.when([], then: keys.map { .range(EtcdQuery(EtcdRange(key: $0))) })
        do {
            let pairs = try await self.client.transaction(request, isRepeatable: true).responses
                .flatMap(\.responseRange.kvs)
            return Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first }
        } catch {
            throw StoreError(error)
        }
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        try self.requireWatching()
        do {
            let names = try await self.trailKeys()
            let trimmed = HistoryTrim(time: time, count: min(count, self.configuration.historyRecords)).keys(of: names)
            for start in stride(from: 0, to: trimmed.count, by: TransactionPlan.longest) {
                try Task.checkCancellation()
                let page = trimmed[start..<min(start + TransactionPlan.longest, trimmed.count)]
                _ = try await self.client.transaction(
                    .when([], then: page.map { .delete(EtcdRange(self.layout.key("\($0)"))) }), isRepeatable: true)
            }
        } catch let error as EtcdError {
            throw StoreError(error)
        }
    }

    /// The keys of the whole history, each with the revision of its commit.
    private func trailKeys() async throws(EtcdError) -> [HistoryTrim.Entry] {
        var query = EtcdQuery(self.layout.history)
        query.keysOnly = true
        query.limit = 10_000
        var entries: [HistoryTrim.Entry] = []
        _ = try await self.client.pages(query) { (page) throws(EtcdError) in
            for pair in page {
                guard let key = TrailKey(self.layout.name(of: pair.key)) else { continue }
                entries.append(HistoryTrim.Entry(key: key, revision: pair.modRevision))
            }
        }
        return entries
    }
}
