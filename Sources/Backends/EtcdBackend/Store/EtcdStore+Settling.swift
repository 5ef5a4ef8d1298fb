import Logging
public import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An operator's word on which history counts, when etcd holds another one than the nodes. It is said once, to one node: it makes a new
/// timeline, which is known by `meta`, and the others follow when they see it.
extension EtcdStore {
    /// How often what is stored is compared with what is to be there.
    private static let rounds = 5

    public func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        guard self.opened.reached > 0 else { throw .notOpen }
        let result: Result<Void, StoreError> = await self.turn.take {
            do throws(StoreError) {
                switch verdict {
                case .adopt: try await self.adopt(beside: catalog)
                case .reseed: try await self.reseed(catalog)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        await self.reload()
        if let obstacle = self.session.withLock({ $0.obstacle }) { throw obstacle }
    }

    private func adopt(beside catalog: StoredCatalog) async throws(StoreError) {
        let stored = try await self.unsettled(catalog)
        if let meta = stored.meta, meta.reseeding == 0, meta.timeline > stored.timeline.number {
            // Another node of that registry has settled it; this one only has not known that it is its registry too.
            return self.session.withLock { $0.registryID = meta.registryID }
        }
        _ = try await self.declare(stored, reseeding: 0)
    }

    /// Other nodes do not follow before everything is written: they would show what is there by then.
    private func reseed(_ catalog: StoredCatalog) async throws(StoreError) {
        let stored = try await self.unsettled(catalog)
        // One that was opened on an empty etcd has made a registry of its own there, which is none any more.
        if !catalog.registryID.isEmpty { self.session.withLock { $0.registryID = catalog.registryID } }
        let (meta, revision) = try await self.declare(stored, reseeding: self.writer)
        for _ in 0..<Self.rounds {
            let plan = try await self.reseeding(catalog, meta.level)
            guard plan.transactions.isEmpty else {
                for steps in plan.transactions { try await self.writeBack(steps, meta: revision) }
                continue
            }
            var done = meta
            done.reseeding = 0
            try await self.write(done, at: revision, [])
            return
        }
        throw StoreError(.unavailable, "others write to etcd under this prefix at the same time; stop them, and retry")
    }

    /// What `meta` and `numbers` are while there is something to settle.
    private struct Stored {
        var meta: StoredMetaRecord?
        var metaRevision: Int64 = 0
        var numbers: StoredNumbersRecord?
        var numbersRevision: Int64 = 0
        /// This node's.
        var timeline: Timeline
    }

    /// - Parameter catalog: what the node shows. It may be of another history though this store follows etcd's, if it is from a snapshot.
    private func unsettled(_ catalog: StoredCatalog) async throws(StoreError) -> Stored {
        do {
            let (id, timeline, delivered) = self.session.withLock { ($0.registryID, $0.timeline, $0.delivered) }
            if case .other(let obstacle) = try await self.finding(on: nil) {
                guard obstacle.code == .readOnly else { throw obstacle }
            } else {
                let isAhead = !catalog.registryID.isEmpty && (catalog.registryID != id || catalog.revision > delivered)
                guard isAhead else { throw StoreError.nothingToSettle }
            }
            let shown = Timeline(of: catalog.revision)
            var stored = Stored(timeline: shown.number > timeline.number ? shown : timeline)
            if let pair = try await self.client.get(self.layout.key(EtcdLayout.meta)) {
                stored.meta = try? StoredMetaRecord(serializedBytes: pair.value)
                stored.metaRevision = pair.modRevision
            }
            if let pair = try await self.client.get(self.layout.key(EtcdLayout.numbers)) {
                stored.numbers = try? StoredNumbersRecord(serializedBytes: pair.value)
                stored.numbersRevision = pair.modRevision
            }
            return stored
        } catch let error as EtcdError {
            throw StoreError(error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "\(error)")
        }
    }

    /// Begins a timeline. Returns its record, and the record's revision.
    private func declare(
        _ stored: Stored, reseeding: UInt64
    ) async throws(StoreError) -> (StoredMetaRecord, Int64) {
        let (id, level) = self.session.withLock { ($0.registryID, $0.level) }
        let number = max(stored.timeline.number, Int64(stored.meta?.timeline ?? 0)) + 1
        guard number <= Timeline.last.number else {
            throw StoreError(.damaged, "histories were settled too often: no timeline is left")
        }
        var meta = stored.meta ?? StoredMetaRecord()
        meta.schema = max(meta.schema, level)
        meta.registryID = id
        meta.timeline = UInt32(number)
        meta.level = max(meta.level, level)
        meta.reseeding = reseeding
        var numbers = stored.numbers ?? StoredNumbersRecord()
        numbers.schema = max(numbers.schema, level)
        numbers.next = max(numbers.next, Timeline(number: number).firstNumber)
        let key = self.layout.key(EtcdLayout.numbers)
        let revision = try await self.write(
            meta, at: stored.metaRevision, [.put(key, numbers.bytes)],
            [.onKey(key, to: .modRevision(stored.numbersRevision))])
        self.logger?.notice("A new timeline has begun.", metadata: ["timeline": "\(number)"])
        return (meta, revision)
    }

    /// With `head`, whose revision is that of the newest commit: no node counts the new timeline from less.
    @discardableResult
    private func write(
        _ meta: StoredMetaRecord, at revision: Int64, _ operations: [EtcdRequestOp], _ compares: [EtcdCompare] = []
    ) async throws(StoreError) -> Int64 {
        var head = StoredHeadRecord()
        head.schema = meta.level
        head.writer = self.writer
        head.time = self.clock.wallTime.milliseconds
        let key = self.layout.key(EtcdLayout.meta)
        return try await self.carryOut(
            .when(
                [.onKey(key, to: .modRevision(revision))] + compares,
                then: operations + [.put(key, meta.bytes), .put(self.layout.key(EtcdLayout.head), head.bytes)]))
    }

    private func writeBack(_ steps: [Reseeding.Step], meta revision: Int64) async throws(StoreError) {
        let operations = steps.map { step in
            let key = self.layout.key(step.key)
            return step.value.map { EtcdRequestOp.put(key, $0) } ?? .delete(EtcdRange(key))
        }
        let key = self.layout.key(EtcdLayout.meta)
        _ = try await self.carryOut(.when([.onKey(key, to: .modRevision(revision))], then: operations))
    }

    private func carryOut(_ request: EtcdTxnRequest) async throws(StoreError) -> Int64 {
        let response: EtcdTxnResponse
        do {
            response = try await self.client.transaction(request)
        } catch {
            throw StoreError(error)
        }
        guard response.succeeded else {
            throw StoreError(.unavailable, "somebody else settles which history counts at the same time; retry")
        }
        return response.header.revision
    }

    private func reseeding(_ catalog: StoredCatalog, _ level: UInt32) async throws(StoreError) -> Reseeding {
        var stored: [String: Data] = [:]
        var query = EtcdQuery(self.layout.watched)
        query.limit = self.configuration.pageKeys
        do {
            _ = try await self.client.pages(query) { (page) throws(EtcdError) in
                for pair in page { stored[self.layout.name(of: pair.key)] = pair.value }
            }
        } catch {
            throw StoreError(error)
        }
        return Reseeding(catalog, over: stored, level)
    }
}
