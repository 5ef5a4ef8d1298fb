import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Keeps a snapshot of the running catalogue in every cache, each for itself: one that hangs holds no other up.
struct CacheKeeper: ServiceLifecycle.Service {
    let catalog: Catalog
    let caches: [any SharedCache]
    /// A snapshot is saved at most so often.
    let interval: TimeSpan
    /// Whether what the catalogue shows is what is committed, and not itself from a cache.
    let isLive: @Sendable () -> Bool
    /// Which one a revision is of.
    let timeline: @Sendable (Revision) -> Int64
    let clock: any RegistryClock
    let logger: Logger

    /// The first round comes after one interval.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for cache in self.caches { group.addTask { await self.keep(cache) } }
            }
        }
    }

    private func keep(_ cache: any SharedCache) async {
        var condition = Condition<CacheError>()
        while await self.sleep() {
            guard self.isLive() else { continue }
            let error = await self.round(cache)
            // Whoever else writes there does the same work; the next round sees what came of it.
            guard error?.code != .busy else { continue }
            // A server that stops in the middle of a round is no fault.
            guard let change = condition.change(error), !Task.isCancelled else { continue }
            self.log(change, of: cache)
        }
    }

    private func sleep() async -> Bool {
        do {
            try await self.clock.sleep(for: self.interval)
            return true
        } catch {
            return false
        }
    }

    /// Saves a snapshot unless one as new is there, whole; nil: one is. Asks the cache each time, since it may have been emptied.
    func round(_ cache: any SharedCache) async -> CacheError? {
        let revision = self.catalog.appliedRevision
        let position = SnapshotPosition(
            registryID: self.catalog.registryID, timeline: self.timeline(revision), revision: revision)
        do throws(CacheError) {
            if try await cache.confirm(position) { return nil }
        } catch {
            // What is not whole is replaced.
            guard error.code == .incomplete || error.code == .newerVersion else { return error }
        }
        do throws(CacheError) {
            // Of the snapshot's own revision: another history may have been settled on while the cache was asked.
            let catalog = self.catalog.storedCatalog()
            _ = try await cache.save(
                CatalogSnapshot(
                    timeline: self.timeline(catalog.revision), catalog: catalog, savedAt: self.clock.wallTime))
            return nil
        } catch {
            return error
        }
    }

    private func log(_ change: Condition<CacheError>.Change, of cache: any SharedCache) {
        let metadata: Logger.Metadata = ["cache": "\(cache.kind.name)"]
        switch change {
        case .began: self.logger.info("A snapshot of the catalogue is kept.", metadata: metadata)
        case .recovered: self.logger.notice("A snapshot of the catalogue is kept again.", metadata: metadata)
        case .failed(let error):
            self.logger.warning(
                "No snapshot of the catalogue can be kept; the registry goes on without it.",
                metadata: metadata.merging(["error": "\(error)"]) { $1 })
        }
    }
}
