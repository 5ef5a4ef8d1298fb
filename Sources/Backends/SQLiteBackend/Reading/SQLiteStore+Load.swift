import GRDB
public import RegistryCatalog
import RegistryModel

extension SQLiteStore {
    public func load() async throws -> StoredCatalog {
        try await self.read { try self.load($0) }
    }

    private func load(_ db: Database) throws -> StoredCatalog {
        let position = try StorePosition(of: db)
        guard let registryID = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'registry_id'") else {
            throw StoreError.damaged(self.path, "it has no registry_id")
        }
        var stored = StoredCatalog(
            registryID: registryID, revision: position.revision, services: [], instances: [], tombstones: [],
            nextNumber: position.nextNumber)
        try self.loadServices(db, into: &stored.services)
        try self.loadInstances(db, into: &stored.instances)
        try self.loadTombstones(db, into: &stored.tombstones)
        return stored
    }

    private func loadServices(_ db: Database, into services: inout [Service]) throws {
        let rows = try RowCursor(db, "SELECT number, revision, record FROM services")
        while try rows.next() {
            let number = rows.integer(0)
            let revision = Revision(rows.integer(1))
            services.append(
                try rows.record(2) { reader throws(RecordFault) in
                    try Service(from: &reader, number: number, revision: revision)
                })
        }
    }

    private func loadInstances(_ db: Database, into instances: inout [StoredInstance]) throws {
        instances.reserveCapacity(try self.mostInstances(db))
        let rows = try RowCursor(db, "SELECT number, revision, record, service FROM instances")
        while try rows.next() {
            let number = rows.integer(0)
            let revision = Revision(rows.integer(1))
            var instance = try rows.record(2) { reader throws(RecordFault) in
                try Instance(from: &reader, number: number, revision: revision)
            }
            // Rows are in the order of registration, so neighbours often are of one service and much alike.
            if let neighbour = instances.last { instance.spec.share(with: neighbour.instance.spec) }
            instances.append(StoredInstance(service: rows.integer(3), instance: instance))
        }
    }

    /// No fewer than there are instances, without counting them, which reads the whole table. An array that grew
    /// instead would be there twice for a while; the part of it that stays empty takes no memory.
    private func mostInstances(_ db: Database) throws -> Int {
        let numbers = "(SELECT max(number) FROM instances) - (SELECT min(number) FROM instances) + 1"
        let span = try Int.fetchOne(db, sql: "SELECT coalesce(\(numbers), 0)") ?? 0
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        // The smallest row takes more than 40 bytes, so that a page of 4 KiB has at most 100 of them.
        return min(span, pages * 100)
    }

    private func loadTombstones(_ db: Database, into tombstones: inout [StoredTombstone]) throws {
        let rows = try RowCursor(db, "SELECT number, revision, record FROM tombstones")
        while try rows.next() {
            let number = rows.integer(0)
            let revision = Revision(rows.integer(1))
            tombstones.append(
                try rows.record(2) { reader throws(RecordFault) in
                    try StoredTombstone(from: &reader, number: number, revision: revision)
                })
        }
    }
}
