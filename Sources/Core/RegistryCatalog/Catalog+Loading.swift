public import RegistryModel
import Synchronization

extension Catalog {
    /// Reads all that the store holds into memory, and follows it from there. What ``show(_:from:age:)`` showed until then is replaced, but
    /// never by another history or by less of it, until an operator has said so: the store sees to that.
    ///
    /// - Parameter expected: what this node is known to have shown before it started. What it shows now goes before that.
    ///
    /// Throws ``StoreError``; then everything is as before.
    public func load(expecting expected: ExpectedHistory? = nil) async throws {
        let stored: StoredCatalog
        if let store = self.sharedStore {
            stored = try await store.load(expecting: self.shown ?? expected)
        } else {
            stored = try await self.store.load()
        }
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

    private var shown: ExpectedHistory? {
        guard self.isLoaded else { return nil }
        return ExpectedHistory(registryID: self.registryID, revision: self.appliedRevision, isCertain: true)
    }

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
