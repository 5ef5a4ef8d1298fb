import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Keeps the history within `history.max_age` and `history.max_records`.
struct HistoryKeeper: ServiceLifecycle.Service {
    let history: any RecordLog
    let maxAge: TimeSpan
    let maxRecords: Int
    let clock: any RegistryClock
    let logger: Logger

    private static let interval = TimeSpan.minutes(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.clock.sleep(for: Self.interval)
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
