public import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EtcdStore {
    /// Numbers that a node takes for itself at once.
    static let numberBlock: Int64 = 4_096
    /// How long a writer may rest before others clean up behind it: 7 days. It begins anew if it comes back.
    private static let oldFence = TimeSpan.days(7)

    /// Makes sure that there is a registry under the prefix and that this version can use it, and takes numbers for this node.
    /// From here on the watch runs. Doing it again does nothing. ``load()`` does it too.
    ///
    /// Throws ``StoreError``: `newerVersion`, `damaged`, or why etcd cannot be reached or written.
    public func open() async throws(StoreError) {
        try await self.openWithoutNumbers()
        _ = try await self.ownNumbers()
    }

    /// The same without numbers, which nobody needs who is to be told of another history.
    func openWithoutNumbers() async throws(StoreError) {
        let result: Result<Void, StoreError> = await self.turn.take {
            guard self.opened.reached == 0 else { return .success(()) }
            do throws(StoreError) {
                try await self.openOnce()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// A block of numbers that no other node gives out: 4,096 of them.
    public func reserveNumbers() async throws(StoreError) -> Range<Int64> {
        if let obstacle = self.session.withLock({ $0.obstacle }) { throw obstacle }
        do {
            for _ in 0..<Self.numberBlockTries {
                if let block = try await self.tryReservingNumbers() { return block }
            }
        } catch {
            throw StoreError(error)
        }
        throw StoreError(.unavailable, "other nodes took numbers at the same time again and again; retry")
    }

    /// What is left of this node's block, or another one.
    func ownNumbers() async throws(StoreError) -> Range<Int64> {
        let left = self.session.withLock { $0.numbers.clamped(to: $0.nextNumber..<Int64.max) }
        if !left.isEmpty { return left }
        let numbers = try await self.reserveNumbers()
        self.session.withLock { session in
            session.numbers = numbers
            session.nextNumber = max(session.nextNumber, numbers.lowerBound)
        }
        return numbers
    }

    private static var numberBlockTries: Int { 32 }

    private func openOnce() async throws(StoreError) {
        let (meta, metaRevision) = try await self.meta()
        guard meta.level <= self.schema else { throw .newerLevel(meta.level, self.schema) }
        guard !meta.registryID.isEmpty, meta.timeline <= Timeline.last.number else {
            throw StoreError(.damaged, "\(self.layout.key(EtcdLayout.meta)) in etcd is no record of this program")
        }
        self.session.withLock { session in
            session.note(meta, revision: metaRevision)
            // Also open then: whoever wrote its history back may have died, and an operator has to be able to settle it.
            if meta.reseeding != 0 { session.obstacle = .beingReseeded }
        }
        let timeline = Timeline(number: Int64(meta.timeline))
        do {
            let (revision, head) = try await self.renewFence()
            // At least; it is told by what is loaded.
            self.session.withLock { $0.delivered = Revision(head.committed) }
            // The watch begins behind it; what was before is loaded.
            self.position.reach(timeline.position(revision))
        } catch {
            throw StoreError(error)
        }
        await self.removeOldFences()
        self.opened.reach(1)
    }

    /// The record that says what this registry is, and its revision; made by whoever comes first.
    private func meta() async throws(StoreError) -> (StoredMetaRecord, Int64) {
        var fresh = StoredMetaRecord()
        fresh.schema = self.schema
        fresh.level = self.schema
        fresh.registryID = EtcdLayout.hexadecimal(self.random()) + EtcdLayout.hexadecimal(self.random())
        let key = self.layout.key(EtcdLayout.meta)
        do {
            let response = try await self.client.transaction(
                .when(
                    [.onKey(key, to: .createRevision(0))], then: [.put(key, try fresh.serializedBytes())],
                    else: [.range(EtcdQuery(EtcdRange(key)))]), isRepeatable: true)
            if response.succeeded { return (fresh, response.header.revision) }
            guard let pair = response.responses.first?.responseRange.kvs.first else {
                throw EtcdError(.unexpectedAnswer, "etcd gave no answer for \(key)")
            }
            return (try StoredMetaRecord(serializedBytes: pair.value), pair.modRevision)
        } catch let error as EtcdError {
            throw StoreError(error)
        } catch {
            throw StoreError(.damaged, "\(key) in etcd is no record of this program (\(error))")
        }
    }

    /// Nil: another node was faster.
    private func tryReservingNumbers() async throws(EtcdError) -> Range<Int64>? {
        let key = self.layout.key(EtcdLayout.numbers)
        let newest = self.newestKnown
        let found = try await self.client.range(EtcdQuery(EtcdRange(key)))
        // An etcd that was put back to an older state would give out again what it did before.
        guard found.header.revision >= newest else { throw .wentBack }
        let pair = found.kvs.first
        let stored = try pair.map { (pair) throws(EtcdError) in try StoredNumbersRecord(etcd: pair) }
        let (known, timeline) = self.session.withLock { ($0.numbers.upperBound, $0.timeline) }
        guard stored?.next ?? 1 >= known else { throw .wentBack }
        let first = max(stored?.next ?? 1, timeline.firstNumber)
        var record = stored ?? StoredNumbersRecord()
        record.schema = max(record.schema, Schema.current)
        record.next = first + Self.numberBlock
        let response = try await self.client.transaction(
            .when(
                [.onKey(key, to: .modRevision(pair?.modRevision ?? 0))], then: [.put(key, record.bytes)]))
        return response.succeeded ? first..<record.next : nil
    }

    /// Rewrites this writer's fence: what it sent before does not count any more, wherever it is. Returns the revision, and
    /// `head` by then.
    @discardableResult
    func renewFence() async throws(EtcdError) -> (revision: Int64, head: StoredHeadRecord) {
        var record = StoredFenceRecord()
        record.schema = Schema.current
        record.time = self.clock.wallTime.milliseconds
        let head = EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.head)))
        // Done twice it does no harm: if an earlier one comes late, transactions miss their fence and it is renewed.
        let response = try await self.client.transaction(
            .when([], then: [.put(self.fenceKey, record.bytes), .range(head)]), isRepeatable: true)
        let revision = response.header.revision
        self.session.withLock { session in
            session.fence = revision
            session.note(
                answered: HistoryMark(key: Data(self.fenceKey.utf8), value: record.bytes, revision: revision))
        }
        let pair = response.responses.last?.responseRange.kvs.first
        return (revision, pair.flatMap { try? StoredHeadRecord(serializedBytes: $0.value) } ?? StoredHeadRecord())
    }

    var fenceKey: String { self.layout.key(EtcdLayout.fence(self.writer)) }

    /// Fences of processes that are long gone. Failing to do it does no harm.
    private func removeOldFences() async {
        var query = EtcdQuery(self.layout.fences)
        query.limit = self.configuration.pageKeys
        guard let pairs = try? await self.client.range(query).kvs else { return }
        let time = self.clock.wallTime.advanced(by: TimeSpan(milliseconds: -Self.oldFence.milliseconds)).milliseconds
        for pair in pairs.prefix(100) {
            guard let record = try? StoredFenceRecord(serializedBytes: pair.value), record.time < time else { continue }
            let key = String(decoding: pair.key, as: UTF8.self)
            _ = try? await self.client.transaction(
                .when([.onKey(key, to: .modRevision(pair.modRevision))], then: [.delete(EtcdRange(key))]))
        }
    }
}

extension StoredNumbersRecord {
    fileprivate init(etcd pair: EtcdKeyValue) throws(EtcdError) {
        do {
            try self.init(serializedBytes: pair.value)
        } catch {
            throw EtcdError(
                .unexpectedAnswer, "the value of \(String(decoding: pair.key, as: UTF8.self)) is no record of ours")
        }
    }
}
