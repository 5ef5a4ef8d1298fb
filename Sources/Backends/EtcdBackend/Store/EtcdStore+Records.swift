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
    /// Pages of keys that one page of the history reads at most. It may end there with fewer records than asked for.
    private static let historyPages = 16

    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        try await self.openWithoutNumbers()
        let (timeline, obstacle) = self.session.withLock { ($0.timeline, $0.obstacle) }
        // What another history holds, or lacks, says nothing of this one.
        if let obstacle { throw obstacle }
        var paging = HistoryPaging(query)
        for _ in 0..<Self.historyPages {
            guard let bounds = paging.bounds, let range = timeline.etcdRevisions(bounds) else { break }
            let page = try await self.trail(range, query.order)
            for (revision, pairs) in page.commits {
                let changes = try pairs.flatMap { try StoredTrailRecord(serializedBytes: $0.value).changes }
                    .sorted { $0.order < $1.order }
                let committed = timeline.revision(revision)
                if let full = paging.take(changes.map { $0.model(revision: committed) }, of: committed) { return full }
            }
            if !page.hasMore { return paging.page(isComplete: true) }
        }
        return paging.page(isComplete: paging.bounds == nil)
    }

    /// Whole commits in the order of revisions, and whether there are more.
    private func trail(
        _ range: ClosedRange<Int64>, _ order: HistoryQuery.Order
    ) async throws -> (commits: [(Int64, [EtcdKeyValue])], hasMore: Bool) {
        var query = EtcdQuery(self.layout.history)
        // More than one commit has, so that every page gets further.
        query.limit = max(self.configuration.pageKeys, TransactionPlan.longest + 1)
        query.revisions = range
        query.order = order == .ascending ? .oldestFirst : .newestFirst
        let newest = self.newestKnown
        let response: EtcdRangeResponse
        do {
            response = try await self.client.range(query)
        } catch {
            throw StoreError(error)
        }
        // An etcd that was emptied or put back may answer before the watch has found out.
        guard response.header.revision >= newest else { throw StoreError(.wentBack) }
        var commits: [(Int64, [EtcdKeyValue])] = []
        for pair in response.kvs {
            if commits.last?.0 == pair.modRevision {
                commits[commits.count - 1].1.append(pair)
            } else {
                commits.append((pair.modRevision, [pair]))
            }
        }
        // The last one may go on behind the page. It is shorter than a page, so that there is always another.
        if response.more, commits.count > 1 { commits.removeLast() }
        return (commits, response.more)
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        try await self.openWithoutNumbers()
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
