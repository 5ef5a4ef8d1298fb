import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Keeps the history within `history.max_age` and `history.max_records`. Where nodes share it, each leaves it to those before it in rank
/// first, and finds little left to do. While the store cannot be followed, or holds another history, nothing is forgotten.
struct HistoryKeeper: ServiceLifecycle.Service {
    let catalog: Catalog
    let history: any RecordLog
    let maxAge: TimeSpan
    let maxRecords: Int
    let clock: any RegistryClock
    let logger: Logger

    private static let interval = TimeSpan.minutes(1)
    /// Stands for this work when nodes are ranked. No service is in this namespace.
    private static let duty = ServiceKey(namespace: "", name: "history")

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let precedence = self.catalog.precedence(of: Self.duty)
                    try await self.clock.sleep(for: .milliseconds(Self.interval.milliseconds + precedence.milliseconds))
                    guard self.catalog.isLoaded, self.catalog.source == .live else { continue }
                    let oldest = self.clock.wallTime.advanced(by: TimeSpan(milliseconds: -self.maxAge.milliseconds))
                    try await self.history.trim(olderThan: oldest, keeping: self.maxRecords)
                } catch is CancellationError {
                    return
                } catch {
                    // The next round tries again; until then there is only more history than was asked for.
                    self.logger.warning("The history could not be trimmed.", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
