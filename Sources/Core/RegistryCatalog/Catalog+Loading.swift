public import RegistryModel
import Synchronization

extension Catalog {
    /// Reads all that the store holds into memory, and follows it from there. What ``show(_:from:age:)`` showed until then is replaced, but
    /// never by another history or by less of it, until an operator has said so (``acceptHistory()``).
    ///
    /// - Parameter known: what is known of the history that this node showed before it started.
    ///
    /// Throws ``StoreError``; then everything is as before.
    public func load(knowing known: CachedHistory? = nil) async throws {
        let stored = try await self.store.load()
        guard self.accepts(stored, known) else {
            let fault = StoreError(.readOnly, Self.anotherHistory)
            self.historyFault.withLock { $0 = fault }
            throw fault
        }
        self.historyFault.withLock { $0 = nil }
        if self.isLoaded {
            self.applier.replace(with: stored)
        } else {
            // Everybody's ttl begins now: no later standstill must add what it took to read.
            self.liveness.tick(storeIsAway: false)
            self.applier.load(stored, at: self.clock.wallTime)
        }
        self.loadedSource.store(.live)
        self.committer.status.noteWritable(now: self.clock.monotonicMilliseconds)
        self.hasLoaded.store(true, ordering: .releasing)
        self.following.signal()
    }

    private func accepts(_ stored: StoredCatalog, _ known: CachedHistory?) -> Bool {
        if self.acceptsAnyHistory.load(ordering: .acquiring) { return true }
        guard self.isLoaded else {
            return known?.contradicts(registryID: stored.registryID, revision: stored.revision) != true
        }
        return stored.registryID == self.registryID && stored.revision >= self.appliedRevision
    }

    /// Whatever the store holds may replace what is shown: an operator has settled which history counts. Does nothing while this node follows
    /// the store.
    public func acceptHistory() {
        if !self.followsStore { self.acceptsAnyHistory.store(true, ordering: .releasing) }
    }

    private static let anotherHistory =
        "The store holds another history than the snapshot that this node shows, or less of it. Nothing is written until an operator "
        + "has decided: `rollcall cluster adopt` takes the store's, `rollcall cluster reseed` writes this one back."

    /// Shows what was known of the store lately, for as long as the store itself cannot be read. Nothing can be written meanwhile.
    ///
    /// - Parameter age: how long ago that was the newest.
    public func show(_ stored: StoredCatalog, from source: CatalogSource, age: TimeSpan) {
        guard !self.isLoaded, source != .live else { return }
        let now = self.clock.monotonicMilliseconds
        self.liveness.tick(storeIsAway: true)
        self.applier.load(stored, at: self.clock.wallTime)
        self.loadedSource.store(source)
        self.committer.status.noteAway(since: now - age.milliseconds)
        self.hasLoaded.store(true, ordering: .releasing)
    }
}
