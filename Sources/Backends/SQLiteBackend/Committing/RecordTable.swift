/// A table of records, and the statements that change one row of it if the row is as expected.
struct RecordTable {
    /// ?1 number, ?2 revision, ?3 record, ?4 service. Changes nothing if the row exists.
    let insertion: StaticString
    /// ?1 number, ?2 revision, ?3 record, ?4 the revision expected, ?5 service.
    let update: StaticString
    /// ?1 number, ?2 the revision expected.
    let removal: StaticString

    static let services = RecordTable(
        insertion: "INSERT INTO services (number, revision, record) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        update: "UPDATE services SET revision = ?2, record = ?3 WHERE number = ?1 AND revision = ?4",
        removal: "DELETE FROM services WHERE number = ?1 AND revision = ?2")

    static let instances = RecordTable(
        insertion: """
            INSERT INTO instances (number, revision, record, service) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
            """,
        update: "UPDATE instances SET revision = ?2, record = ?3, service = ?5 WHERE number = ?1 AND revision = ?4",
        removal: "DELETE FROM instances WHERE number = ?1 AND revision = ?2")

    static let tombstones = RecordTable(
        insertion: "INSERT INTO tombstones (number, revision, record) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        update: "UPDATE tombstones SET revision = ?2, record = ?3 WHERE number = ?1 AND revision = ?4",
        removal: "DELETE FROM tombstones WHERE number = ?1 AND revision = ?2")
}
