import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("What goes together stands or falls together")
struct TransactionComparesTests {
    private let layout = EtcdLayout(prefix: "/r")
    private let key = InstanceKey(service: Sample.service().key, id: "a")

    private func item(_ record: Write.Record, expected: Int64?) throws -> TransactionBuilder.Item {
        let write = Write(record, expected: expected.map { Revision($0) })
        let operation = try #require(PlannedOperation(write, at: 0, Timeline(number: 0)))
        return TransactionBuilder.Item(
            operation: operation, encoded: .init(value: nil, changes: [], time: Sample.time),
            expected: expected ?? 0, isRepeated: false)
    }

    /// The keys that the last of some items is compared by, below the prefix.
    private func compared(_ items: [TransactionBuilder.Item], all: Int64? = 50) throws -> [String] {
        let compares = TransactionCompares(items, self.layout, known: .init(digests: 40, all: all))
        return compares.compares(try #require(items.last)).map { self.layout.name(of: $0.key) }
    }

    @Test("What goes leaves only with its service's new revision")
    func removal() throws {
        let service = try self.item(.service(self.key.service, number: 1, Sample.service()), expected: 7)
        let removal = try self.item(.instance(self.key, number: 2, service: 1, nil), expected: 8)
        #expect(
            try self.compared([service, removal], all: nil) == [
                "instances/default/payments/a", "services/default/payments",
            ])
    }

    @Test("A decision is not noted without the instance, nor the other way round")
    func companions() throws {
        let decision = Override(number: 3, status: .up, weight: nil, actor: "o", createdAt: Sample.time)
        let override = try self.item(.override(OverrideKey(self.key), number: 3, decision), expected: 9)
        let instance = try self.item(.instance(self.key, number: 2, service: 1, Sample.instance("a")), expected: 8)
        #expect(
            try self.compared([override, instance]) == ["instances/default/payments/a", "overrides/default/payments/a"])
        #expect(
            try self.compared([instance, override]) == ["overrides/default/payments/a", "instances/default/payments/a"])
        // Alone it rests on an instance that is there and has not changed.
        #expect(
            try self.compared([override]) == [
                "overrides/default/payments/a", "instances/default/payments/a", "instances/default/payments/a",
            ])
    }

    @Test("A service does not go while there may be an instance that nobody has seen")
    func service() throws {
        let removal = try self.item(.service(self.key.service, number: 1, nil), expected: 7)
        #expect(
            try self.compared([removal]) == ["services/default/payments", "instances/default/payments/"])
        #expect(TransactionPlan.longest + 1 + TransactionCompares.most == 128)
    }
}
