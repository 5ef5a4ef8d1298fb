import Outbound
import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// Returns whether a gate is reached within the time that a request to etcd has.
    func wait(_ gate: RevisionGate, for revision: Int64) async -> Bool {
        await gate.wait(for: revision, timeout: self.configuration.etcd.requestTimeout, self.clock)
    }

    /// Etcd's newest revision that is known of here, in this timeline.
    var newestKnown: Int64 {
        let position = self.position.reached
        return self.session.withLock { session in
            session.marks.map(\.revision).reduce(session.timeline.etcdRevision(atPosition: position), max)
        }
    }

    /// Waits before something is tried again, or until the task is cancelled.
    func pause(_ backoff: inout Backoff) async {
        // 53 bits make a number from 0 up to 1.
        let chance = Double(self.random() >> 11) / Double(1 << 53 as UInt64)
        let wait = backoff.next(random: chance)
        let milliseconds = wait.components.seconds * 1_000 + wait.components.attoseconds / 1_000_000_000_000_000
        try? await self.clock.sleep(for: TimeSpan(milliseconds: max(1, milliseconds)))
    }

    /// What is not watched is not written: it might be another history, and nobody would see what was done.
    func waitUntilWatching() async throws(StoreError) {
        let (obstacle, isWatching, watches) = self.session.withLock { ($0.obstacle, $0.isWatching, $0.watches) }
        if let obstacle { throw obstacle }
        guard !isWatching else { return }
        guard await self.wait(self.watches, for: watches + 1) else {
            throw self.session.withLock { $0.obstacle } ?? .notWatching
        }
        if let obstacle = self.session.withLock({ $0.obstacle }) { throw obstacle }
    }

    /// The same for what is worth nothing later.
    func requireWatching() throws(StoreError) {
        let (obstacle, isWatching) = self.session.withLock { ($0.obstacle, $0.isWatching) }
        if let obstacle { throw obstacle }
        guard isWatching else { throw .notWatching }
    }
}

extension StoreError {
    fileprivate static let notWatching = StoreError(
        .unavailable, "etcd cannot be watched at the moment; nothing was written")
}
