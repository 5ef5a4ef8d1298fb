import GRDB
public import RegistryCatalog
public import RegistryModel

extension SQLiteStore {
    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        let limits = HistoryScan.Limits(
            commits: self.configuration.commitsPerPage, changes: self.configuration.changesPerPage)
        return try await self.read { db in
            var scan = HistoryScan(query, limits: limits)
            return try scan.page(db)
        }
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        let trim = HistoryTrim(time: time, count: count, commits: self.configuration.commitsPerTrim)
        while try await self.write({ try trim.step($0) }).get() { try Task.checkCancellation() }
    }
}
