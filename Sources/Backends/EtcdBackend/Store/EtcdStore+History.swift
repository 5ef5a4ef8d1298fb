import Logging
import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// Makes sure that an endpoint holds the history that this node knows, not another one and not less of it.
    ///
    /// A cluster that was restored from a snapshot keeps its ids, and a watch above its revision is silent for ever.
    func verify(_ endpoint: Int) async throws(EtcdError) {
        switch try await self.finding(on: endpoint) {
        case .own:
            // It may have been found meanwhile that what etcd holds is less than what is expected.
            self.session.withLock { if $0.beside == nil { $0.obstacle = nil } }
        case .settled: throw EtcdError(.compacted, "an operator has settled which history counts")
        case .other(let obstacle):
            self.session.withLock { $0.obstacle = obstacle }
            throw EtcdError(.unavailable, obstacle.message)
        }
    }

    /// - Parameter endpoint: nil: any.
    func finding(on endpoint: Int?) async throws(EtcdError) -> HistoryFinding {
        let known = self.newestKnown
        let session = self.session.withLock { $0 }
        let response = try await self.client.range(
            EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.meta))), on: endpoint)
        let meta = response.meta
        var isComplete = response.header.revision >= known
        for mark in session.marks where isComplete && Int64(meta?.timeline ?? 0) == session.timeline.number {
            isComplete = try await self.holds(mark, endpoint)
        }
        return session.finding(meta, schema: self.schema, isComplete: isComplete)
    }

    /// Whether something that was seen is part of an endpoint's history; true when it is too old to tell.
    private func holds(_ mark: HistoryMark, _ endpoint: Int?) async throws(EtcdError) -> Bool {
        var query = EtcdQuery(EtcdRange(key: mark.key))
        query.revision = mark.revision
        do {
            guard let pair = try await self.client.range(query, on: endpoint).kvs.first else { return false }
            return HistoryMark(pair) == mark
        } catch  where error.code == .compacted {
            return true
        }
    }

    /// Everything is told as one batch, which goes before what is watched from then on. What this node shows is replaced by etcd's
    /// only if that is the same history, or the one that an operator has chosen.
    func readAnew() async {
        do throws(StoreError) {
            let timeline: Timeline
            switch try await self.findingForReading() {
            case .own: timeline = self.session.withLock { $0.timeline }
            case .settled(let new): timeline = new
            // Whether it holds what is expected is known once it is read.
            case .other(.anotherHistory) where self.session.withLock({ $0.beside != nil }):
                timeline = self.session.withLock { $0.timeline }
            case .other(let obstacle):
                self.session.withLock { $0.obstacle = obstacle }
                throw obstacle
            }
            let known = self.newestKnown
            let snapshot = try await self.snapshot(timeline)
            try self.take(snapshot, timeline, known: known)
            let position = timeline.position(snapshot.revision)
            let whole = CommittedBatch(whole: snapshot.catalog, time: self.clock.wallTime)
            guard await self.deliveries.advance(to: position, whole) else { return }
            self.position.reach(position)
            self.logger?.notice(
                "everything was read anew from etcd", metadata: ["revision": "\(snapshot.catalog.revision)"])
        } catch {
            self.logger?.error("etcd cannot be read anew", metadata: ["error": "\(error)"])
        }
    }

    private func findingForReading() async throws(StoreError) -> HistoryFinding {
        do {
            return try await self.finding(on: nil)
        } catch {
            throw StoreError(error)
        }
    }

    /// From here on the snapshot's history is this node's.
    private func take(_ snapshot: Snapshot, _ timeline: Timeline, known: Int64) throws(StoreError) {
        try self.session.withLock { session throws(StoreError) in
            // It may have become another one while it was read.
            let finding = session.finding(
                snapshot.meta?.0, schema: self.schema, isComplete: snapshot.revision >= known,
                newest: snapshot.catalog.revision)
            let isOwn = finding == .own && timeline == session.timeline
            guard let (meta, revision) = snapshot.meta, isOwn || finding == .settled(timeline) else {
                session.noteRefused(head: snapshot.head)
                throw .anotherHistory
            }
            if !isOwn { session.beginTimeline() }
            session.note(meta, revision: revision)
            if let mark = snapshot.mark { session.note(watched: mark) }
            session.delivered = snapshot.catalog.revision
            session.follow()
        }
        self.ledger.noteGap()
    }
}
