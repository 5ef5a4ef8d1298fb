public import RegistryCatalog
import RegistryModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EtcdStore {
    /// Carries out a group, as one transaction or several in order, each with a revision of its own.
    ///
    /// `conflict` is held back until the consumer of ``committed`` has taken over what was in the way. A reply that is lost is looked
    /// for in the watch; when etcd cannot be asked, the outcome is `unavailable`, and shows in the watch if it was done after all.
    public func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        // A caller that is cancelled does not stop what has begun, so that it is either reported or known to be void.
        await self.errands.carryOut { await self.turn.take { await self.commitInTurn(group) } }
            ?? group.writes.map { _ in .unavailable(.closed) }
    }

    private func commitInTurn(_ group: CommitGroup) async -> [CommitOutcome] {
        guard self.opened.reached > 0 else { return group.writes.map { _ in .unavailable(.notOpen) } }
        let (timeline, level) = self.session.withLock { ($0.timeline, $0.level) }
        if group.basis > .zero, timeline.etcdRevision(group.basis) == nil {
            // What was decided in another history is decided again, all of it: some of it would not even be compared here.
            return await self.held(
                GroupOutcomes(count: group.writes.count, conflicts: Array(group.writes.indices)), nil)
        }
        let digests = timeline.etcdRevision(atPosition: group.knownDigests)
        let known = TransactionCompares.Known(
            digests: digests, all: timeline.etcdRevision(group.basis).map { max($0, digests) })
        var encoded: EncodedGroup
        let plan: TransactionPlan
        do {
            let originals = try await self.originals(group)
            encoded = EncodedGroup(group, over: originals, level)
            plan = try TransactionPlan(group, timeline) { try encoded.append($0) }
        } catch {
            let error =
                (error as? EtcdError).map { StoreError($0) }
                ?? StoreError(.damaged, "a record in etcd cannot be read: \(error)")
            return group.writes.map { _ in .unavailable(error) }
        }
        var outcomes = GroupOutcomes(count: group.writes.count, conflicts: plan.conflicts)
        for steps in plan.transactions {
            let live = outcomes.live(steps, of: plan.operations)
            guard !live.isEmpty else { continue }
            let items = live.map {
                TransactionBuilder.Item(
                    operation: $0.operation, encoded: encoded.operations[$0.step.operation], expected: $0.expected,
                    isRepeated: $0.step.isRepeated)
            }
            switch await self.carryOut(items, time: group.time, known, timeline) {
            case .success(let done):
                outcomes.note(
                    live.map { ($0.step, $0.operation) }, done: done.isDone, revision: done.revision, timeline)
                self.noteNumbers(zip(items, done.isDone).filter(\.1).map(\.0.operation.record.number))
            case .failure(let error):
                return await self.held(outcomes, error)
            }
        }
        return await self.held(outcomes, nil)
    }

    /// The outcomes, once the newer state has arrived that conflicts are to be decided on.
    private func held(_ outcomes: GroupOutcomes, _ error: StoreError?) async -> [CommitOutcome] {
        // What rests on another timeline conflicts without being tried: that one has been watched by now.
        guard outcomes.hasConflicts, self.deliveries.hasConsumer else { return outcomes.result(error) }
        if await self.wait(self.deliveries.consumed, for: outcomes.conflictPosition ?? self.position.reached) {
            return outcomes.result(error)
        }
        return outcomes.result(
            withoutConflicts: StoreError(
                .unavailable, "etcd holds newer records, which have not arrived here yet; retry"))
    }

    /// What is stored under the keys of a group, if a later version may have written it.
    private func originals(_ group: CommitGroup) async throws -> [String: Data] {
        guard self.session.withLock({ $0.hasForeignRecords }) else { return [:] }
        var originals: [String: Data] = [:]
        let names = Set(group.writes.filter { $0.expected != nil }.map(\.record.key)).sorted()
        for start in stride(from: 0, to: names.count, by: TransactionPlan.longest) {
            let page = names[start..<min(start + TransactionPlan.longest, names.count)]
            let response = try await self.client.transaction(
                .when([], then: page.map { .range(EtcdQuery(EtcdRange(self.layout.key($0)))) }), isRepeatable: true)
            for pair in response.responses.flatMap(\.responseRange.kvs) {
                // The transaction compares revisions: what is read here is what is replaced, or nothing is.
                originals[self.layout.name(of: pair.key)] = pair.value
            }
        }
        return originals
    }

    private func noteNumbers(_ numbers: [Int64]) {
        guard let largest = numbers.max() else { return }
        self.session.withLock { $0.nextNumber = max($0.nextNumber, largest + 1) }
    }
}
