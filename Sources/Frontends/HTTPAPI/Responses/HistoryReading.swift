import RegistryCatalog
import RegistryModel

/// Reads the history within the time that handling may take.
struct HistoryReading {
    let context: APIContext

    /// Throws `store_unavailable` when the store does not give it, or not in time.
    func page(_ query: HistoryQuery) async throws -> HistoryPage {
        let history = self.context.history
        let clock = self.context.clock
        let limit = self.context.configuration.handlingTimeLimit
        do {
            return try await withThrowingTaskGroup(of: HistoryPage?.self) { group in
                group.addTask { try await history.records(matching: query) }
                group.addTask {
                    try await clock.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                if let page = try await group.next() ?? nil { return page }
                throw StoreError(.unavailable, "The history was not read within \(limit).")
            }
        } catch let error as StoreError {
            let reason = error.message.hasSuffix(".") ? error.message : "\(error.message)."
            throw RegistryError(.storeUnavailable, "\(reason) Try again.", retryAfter: .seconds(1))
        }
    }
}
