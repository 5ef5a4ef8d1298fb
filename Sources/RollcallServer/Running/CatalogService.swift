import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Loads the catalogue and runs it for as long as the server runs; on a graceful stop it finishes what waits.
///
/// A store that this process has for itself must be there at the start. One that is shared may be away then: it is asked until it is there,
/// and until then the newest snapshot of it is shown, if there is one.
struct CatalogService: ServiceLifecycle.Service {
    let catalog: Catalog
    /// What is shown while a shared store is away.
    let caches: CacheReader
    let clock: any RegistryClock
    let logger: Logger

    private static let shortestPause = TimeSpan.milliseconds(200)
    private static let longestPause = TimeSpan.seconds(2)
    /// While nothing is shown, caches are asked again after so many failures to read the store.
    private static let failuresBeforeCaches = 5

    /// Throws ``StoreError`` when the store cannot be read, or holds what this version cannot use.
    func run() async throws {
        if self.catalog.isShared {
            try await self.runShared()
        } else {
            try await self.load()
            try await self.runLoaded()
        }
    }

    private func load(expecting expected: ExpectedHistory? = nil) async throws {
        let start = self.clock.monotonicMilliseconds
        try await self.catalog.load(expecting: expected)
        let counts = self.catalog.counts
        self.logger.info(
            "The catalogue is loaded.",
            metadata: [
                "services": .stringConvertible(counts.services), "instances": .stringConvertible(counts.instances),
                "revision": .stringConvertible(self.catalog.appliedRevision.rawValue),
                "milliseconds": .stringConvertible(self.clock.monotonicMilliseconds - start),
            ])
    }

    private func runLoaded() async throws {
        try await withGracefulShutdownHandler {
            try await self.catalog.run()
        } onGracefulShutdown: {
            self.catalog.stop()
        }
    }

    private func runShared() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cancelWhenGracefulShutdown { try await self.loadUntilItIsThere() } }
            group.addTask { try await self.runLoaded() }
            // Loading ends first; whatever ends with an error ends both.
            try await group.next()
            try await group.next()
        }
    }

    /// Shows the newest snapshot, if there is one and nothing better is shown yet.
    private func showSnapshot() async {
        guard !self.catalog.isLoaded, let found = await self.caches.newest() else { return }
        let age = self.clock.wallTime.since(found.snapshot.savedAt)
        self.catalog.show(
            found.snapshot.catalog, from: found.kind == .file ? .file : .cache, age: max(age, .zero))
        self.logger.warning(
            "A snapshot is shown until the store can be read; nothing can be written meanwhile.",
            metadata: ["from": "\(found.kind.name)", "position": "\(found.snapshot.position)"])
    }

    private func loadUntilItIsThere() async throws {
        var pause = Self.shortestPause
        var lastError: StoreError?
        let expected = await self.caches.history()
        var failures = 0
        while !self.catalog.followsStore {
            do {
                try await self.load(expecting: expected)
                return
            } catch let error as StoreError where error.code != .newerVersion && error.code != .damaged {
                if error != lastError {
                    self.logger.error("The store cannot be read yet.", metadata: ["error": "\(error)"])
                }
                // A cache may not have been there either.
                if failures % Self.failuresBeforeCaches == 0 { await self.showSnapshot() }
                failures += 1
                lastError = error
            }
            do {
                try await self.clock.sleep(for: pause)
            } catch {
                return
            }
            pause = min(TimeSpan(milliseconds: pause.milliseconds * 2), Self.longestPause)
        }
    }
}
