import GRDB
public import RegistryCatalog
public import RegistryModel

extension SQLiteStore {
    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        do {
            let commits = self.configuration.commitsPerPage
            return try await self.pool.read { db in
                var scan = HistoryScan(query, commits: commits)
                return try scan.page(db)
            }
        } catch {
            throw StoreError(error, path: self.path)
        }
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        let trim = HistoryTrim(time: time, count: count, commits: self.configuration.commitsPerTrim)
        while try await self.write({ try trim.step($0) }).get() { try Task.checkCancellation() }
    }
}
