import Logging
import RegistryCatalog
import RegistryModel
import Synchronization

/// Starting beside an etcd that holds another history than this node is known to have shown, or less of it: it was emptied or restored
/// while no node ran. The node is then as one that ran meanwhile: it writes nothing, and follows what an operator says to any node.
extension EtcdStore {
    /// Throws `readOnly` if etcd does not hold what is expected. It is found before anything is made or written there.
    func compare(with expected: ExpectedHistory) async throws(StoreError) {
        let result: Result<Bool, StoreError> = await self.turn.take {
            do throws(EtcdError) {
                let response = try await self.client.range(EtcdQuery(EtcdRange(self.layout.key(EtcdLayout.meta))))
                let newest = Timeline(of: expected.revision).revision(response.header.revision)
                guard expected.finding(response.meta, schema: self.schema, newest: newest) != .other(.anotherHistory)
                else {
                    return .failure(self.standBeside(expected))
                }
                guard self.session.withLock({ $0.beside != nil }) else { return .success(false) }
                // What was not there may have come back, or an operator has decided.
                let head = try await self.client.get(self.layout.key(EtcdLayout.head))?.modRevision ?? 0
                guard self.session.withLock({ $0.mayHoldExpected(head: head) }) else {
                    return .failure(.anotherHistory)
                }
                return .success(true)
            } catch {
                return .failure(StoreError(error))
            }
        }
        if try result.get() { await self.reload() }
    }

    /// Makes sure that what was read is of the history that this node follows, and holds what is expected: only the newest commit says so,
    /// for etcd's own revisions go on without one.
    func check(_ snapshot: Snapshot, _ expected: ExpectedHistory?) async throws(StoreError) {
        let meta = snapshot.meta?.0
        if expected?.finding(meta, schema: self.schema, newest: snapshot.catalog.revision) == .other(.anotherHistory),
            let expected
        {
            let error = await self.turn.take { self.standBeside(expected) }
            self.session.withLock { $0.noteRefused(head: snapshot.head) }
            throw error
        }
        switch self.session.withLock({ $0.finding(meta, schema: self.schema, isComplete: true) }) {
        case .own: break
        case .settled: throw StoreError(.unavailable, "an operator has just settled which history counts; retry")
        case .other(let obstacle): throw obstacle
        }
    }

    private func standBeside(_ expected: ExpectedHistory) -> StoreError {
        let number: Int64? = self.session.withLock { session in
            guard session.beside != expected else { return nil }
            session.standBeside(expected)
            return session.reloads
        }
        if let number {
            self.logger?.error("etcd does not hold what this node showed before it started")
            self.opened.reach(1)
            self.reloads.wanted.reach(number)
        }
        return .anotherHistory
    }
}

extension ExpectedHistory {
    /// Which history that is beside this one.
    ///
    /// - Parameter newest: the newest revision that etcd has.
    func finding(_ meta: StoredMetaRecord?, schema: UInt32, newest: Revision) -> HistoryFinding {
        // Without certainty only etcd says whose this is.
        guard self.isCertain || meta?.registryID == self.registryID else { return .own }
        return HistoryFinding(
            meta, registryID: self.registryID, timeline: Timeline(of: self.revision), schema: schema,
            isComplete: newest >= self.revision)
    }
}
