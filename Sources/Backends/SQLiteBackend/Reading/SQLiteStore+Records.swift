import GRDB
public import RegistryCatalog
public import RegistryModel

extension SQLiteStore {
    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        let limits = self.configuration.page
        return try await self.read { db in
            var scan = HistoryScan(query, limits: limits)
            return try scan.page(db)
        }
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        let trim = HistoryTrim(time: time, count: count, limits: self.configuration.trim)
        while try await self.write({ try trim.step($0) }).get() { try Task.checkCancellation() }
    }
}
