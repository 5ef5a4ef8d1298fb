import GRDB
public import RegistryCatalog
import RegistryModel

extension SQLiteStore {
    public func load() async throws -> StoredCatalog {
        let (position, others, numbers) = try await self.read { try self.loadAllButInstances($0) }
        // Instances are nearly all there is, and it is decoding that takes the time: two connections read half each.
        let middle = numbers.lowerBound + (numbers.upperBound - numbers.lowerBound) / 2
        let room = numbers.count
        async let lower = self.read { try LoadedInstances($0, numbers: Int64.min...middle, room: room) }
        async let upper = self.read { try LoadedInstances($0, numbers: (middle + 1)...Int64.max, room: room / 2) }
        let halves = try await (lower, upper)
        guard halves.0.position == position, halves.1.position == position else {
            throw StoreError(.unavailable, "\(self.path) was written while it was loaded; load before the first commit")
        }
        var stored = others
        stored.instances = halves.0.instances
        stored.instances += halves.1.instances
        return stored
    }

    /// Also returns the range of instances' numbers.
    private func loadAllButInstances(_ db: Database) throws -> (StorePosition, StoredCatalog, ClosedRange<Int64>) {
        let position = try StorePosition(of: db)
        guard let registryID = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'registry_id'") else {
            throw StoreError.damaged(self.path, "it has no registry_id")
        }
        let stored = StoredCatalog(
            registryID: registryID, revision: position.revision, services: try self.loadServices(db), instances: [],
            tombstones: try self.loadTombstones(db), overrides: try self.loadOverrides(db),
            subscriptions: try self.loadSubscriptions(db), nextNumber: position.nextNumber)
        let bounds = try RowCursor(
            db, "SELECT (SELECT min(number) FROM instances), (SELECT max(number) FROM instances)")
        _ = try bounds.next()
        return (position, stored, bounds.integer(0)...max(bounds.integer(0), bounds.integer(1)))
    }

    private func loadServices(_ db: Database) throws -> [Service] {
        try self.load(db, "SELECT number, revision, record FROM services") {
            reader, number, revision throws(RecordFault) in
            try Service(from: &reader, number: number, revision: revision)
        }
    }

    private func loadTombstones(_ db: Database) throws -> [StoredTombstone] {
        try self.load(db, "SELECT number, revision, record FROM tombstones") {
            reader, number, revision throws(RecordFault) in
            try StoredTombstone(from: &reader, number: number, revision: revision)
        }
    }

    private func loadOverrides(_ db: Database) throws -> [StoredOverride] {
        try self.load(db, "SELECT number, revision, record FROM overrides") {
            reader, number, revision throws(RecordFault) in
            try StoredOverride(from: &reader, number: number, revision: revision)
        }
    }

    private func loadSubscriptions(_ db: Database) throws -> [Subscription] {
        try self.load(db, "SELECT number, revision, record FROM subscriptions") {
            reader, number, revision throws(RecordFault) in
            try Subscription(from: &reader, number: number, revision: revision)
        }
    }

    /// All rows of a table. `query` selects number, revision and record.
    private func load<Value>(
        _ db: Database, _ query: StaticString,
        _ read: (inout RecordReader, Int64, Revision) throws(RecordFault) -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let rows = try RowCursor(db, query)
        while try rows.next() {
            let number = rows.integer(0)
            let revision = Revision(rows.integer(1))
            values.append(
                try rows.record(2) { reader throws(RecordFault) in try read(&reader, number, revision) })
        }
        return values
    }
}

/// Some of the instances, and where the store stood when they were read.
private struct LoadedInstances: Sendable {
    let position: StorePosition
    private(set) var instances: [StoredInstance] = []

    /// - Parameter room: for how many instances to make room at once. An array that grew instead would be there twice
    ///   for a while; what stays empty of it takes no memory.
    init(_ db: Database, numbers: ClosedRange<Int64>, room: Int) throws {
        self.position = try StorePosition(of: db)
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        // A row takes more than 40 bytes, so that a page of 4 KiB holds at most 100 of them.
        self.instances.reserveCapacity(min(room, pages * 100))
        var shared = SharedSpecs()
        let rows = try RowCursor(
            db, "SELECT number, revision, record, service FROM instances WHERE number BETWEEN ?1 AND ?2",
            numbers.lowerBound, numbers.upperBound)
        while try rows.next() {
            let number = rows.integer(0)
            let revision = Revision(rows.integer(1))
            var instance = try rows.record(2) { reader throws(RecordFault) in
                try Instance(from: &reader, number: number, revision: revision)
            }
            shared.share(&instance.spec)
            self.instances.append(StoredInstance(service: rows.integer(3), instance: instance))
        }
    }
}
