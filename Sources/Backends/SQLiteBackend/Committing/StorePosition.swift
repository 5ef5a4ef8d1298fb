import GRDB
import RegistryModel

/// The place where the store stands: what the newest row of the history says.
struct StorePosition: Hashable, Sendable {
    var revision = Revision.zero
    /// Above every number ever given to a row.
    var nextNumber: Int64 = 1
    /// How many changes were ever recorded.
    var recorded: Int64 = 0
}

extension StorePosition {
    /// The beginning when the history has no row.
    init(of db: Database) throws {
        self.init()
        let row = try RowCursor(
            db, "SELECT revision, next_number, first + count FROM history ORDER BY revision DESC LIMIT 1")
        while try row.next() {
            self.revision = Revision(row.integer(0))
            self.nextNumber = row.integer(1)
            self.recorded = row.integer(2)
        }
    }
}
