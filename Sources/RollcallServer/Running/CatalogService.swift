import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Loads the catalogue and runs it for as long as the server runs; on a graceful stop it finishes what waits.
struct CatalogService: ServiceLifecycle.Service {
    let catalog: Catalog
    let clock: any RegistryClock
    let logger: Logger

    /// Throws ``StoreError`` when the store cannot be read.
    func run() async throws {
        let start = self.clock.monotonicMilliseconds
        try await self.catalog.load()
        let counts = self.catalog.counts
        self.logger.info(
            "The catalogue is loaded.",
            metadata: [
                "services": .stringConvertible(counts.services), "instances": .stringConvertible(counts.instances),
                "revision": .stringConvertible(self.catalog.appliedRevision.rawValue),
                "milliseconds": .stringConvertible(self.clock.monotonicMilliseconds - start),
            ])
        try await withGracefulShutdownHandler {
            try await self.catalog.run()
        } onGracefulShutdown: {
            self.catalog.stop()
        }
    }
}
