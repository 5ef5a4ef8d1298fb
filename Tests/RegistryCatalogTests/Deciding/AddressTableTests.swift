import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// The table beside the plainest form of itself.
struct AddressTableTests {
    private static func record(_ id: Int, _ address: Int) -> InstanceRecord {
        let spec = Sample.spec(host: "10.0.0.\(address % 7)", port: UInt16(address % 5 + 1))
        return InstanceRecord(instance: Sample.instance("\(id)", number: Int64(id), spec: spec), lease: nil)
    }

    private static func found(_ table: AddressTable, _ host: String, _ port: UInt16) -> [String] {
        var found: [String] = []
        table.forEach(at: host, port) { found.append("\($1)/\($0.id)") }
        return found.sorted()
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func itFindsWhatIsThereAndNothingElse(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = AddressTable(room: seed == 1 ? 0 : 50)
        var records: [Int: (record: InstanceRecord, service: Int)] = [:]
        for step in 0..<4_000 {
            // It grows, shrinks and grows again.
            let id = Int.random(in: 0..<(step / 1_000 % 2 == 0 ? 400 : 30), using: &generator)
            let service = id % 3
            let before = records[id]?.record
            let after =
                Int.random(in: 0..<10, using: &generator) < (step / 1_000 % 2 == 0 ? 8 : 2)
                ? Self.record(id, Int.random(in: 0..<35, using: &generator)) : nil
            table.replace(before, with: after, service: service)
            records[id] = after.map { ($0, service) }
            #expect(table.count == records.count)
        }
        for host in (0..<8).map({ "10.0.0.\($0)" }) {
            for port in 1...6 as ClosedRange<UInt16> {
                let expected = records.values.filter {
                    $0.record.instance.spec.host == host && $0.record.instance.spec.port == port
                }
                #expect(
                    Self.found(table, host, port) == expected.map { "\($0.service)/\($0.record.id)" }.sorted())
            }
        }
    }

    @Test func theSlotGrowsWithTheHashOverTheWholeTable() {
        #expect([0, 1 << 30, 1 << 31, .max].map { AddressTable.home(of: $0, in: 1_000) } == [0, 250, 500, 999])
        #expect(AddressTable.home(of: .max, in: 1 << 31) == (1 << 31) - 1)
    }

    @Test func anEmptyOneHasNothing() {
        #expect(Self.found(AddressTable(), "10.0.0.1", 1).isEmpty)
        #expect(Self.found(AddressTable(room: 3), "10.0.0.1", 1).isEmpty)
    }
}
