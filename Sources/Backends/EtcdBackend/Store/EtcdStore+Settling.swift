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
    /// How many registries are remembered that were given up for etcd's.
    private static let givenUpRegistries = 16

    public func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        guard self.opened.reached > 0 else { throw .notOpen }
        let result: Result<Void, StoreError> = await self.turn.take {
            do throws(StoreError) {
                switch verdict {
                case .adopt: try await self.adopt()
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

    /// Etcd's registry goes on, also if it is another one than this node's: the nodes of either follow.
    private func adopt() async throws(StoreError) {
        let stored = try await self.unsettled()
        var meta = stored.meta ?? StoredMetaRecord()
        // Half a history is none that could be taken over.
        guard meta.reseeding == 0 else { throw .beingReseeded }
        let own = self.session.withLock { $0.registryID }
        if meta.registryID.isEmpty { meta.registryID = own }
        if meta.registryID != own, !meta.givenUp.contains(own) {
            meta.givenUp = meta.givenUp.suffix(Self.givenUpRegistries - 1) + [own]
        }
        _ = try await self.declare(meta, stored)
    }

    /// Other nodes do not follow before everything is written: they would show what is there by then.
    private func reseed(_ catalog: StoredCatalog) async throws(StoreError) {
        let stored = try await self.unsettled()
        let own = self.session.withLock { $0.registryID }
        var begun = stored.meta ?? StoredMetaRecord()
        begun.registryID = own
        begun.givenUp.removeAll { $0 == own }
        begun.reseeding = self.writer
        let (meta, revision) = try await self.declare(begun, stored)
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

    private func unsettled() async throws(StoreError) -> Stored {
        do {
            guard case .other(let obstacle) = try await self.finding(on: nil) else { throw StoreError.nothingToSettle }
            guard obstacle.code == .readOnly else { throw obstacle }
            var stored = Stored(timeline: self.session.withLock { $0.timeline })
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

    /// Begins a timeline with that record. Returns it as it was written, and its revision.
    private func declare(
        _ record: StoredMetaRecord, _ stored: Stored
    ) async throws(StoreError) -> (StoredMetaRecord, Int64) {
        let level = self.session.withLock { $0.level }
        let number = max(stored.timeline.number, Int64(stored.meta?.timeline ?? 0)) + 1
        guard number <= Timeline.last.number else {
            throw StoreError(.damaged, "histories were settled too often: no timeline is left")
        }
        var meta = record
        meta.schema = max(meta.schema, level)
        meta.timeline = UInt32(number)
        meta.level = max(meta.level, level)
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
