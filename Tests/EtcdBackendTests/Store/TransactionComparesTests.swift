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
            operation: operation,
            encoded: .init(value: try record.value(over: nil, Schema.current), changes: [], time: Sample.time),
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
        #expect(TransactionPlan.longest + 1 + TransactionCompares.most == EtcdTxnRequest.operations)
    }

    @Test("An instance is not there without the service that is made for it")
    func newService() throws {
        let service = try self.item(.service(self.key.service, number: 1, Sample.service()), expected: nil)
        let decision = Override(number: 3, status: .up, weight: nil, actor: "o", createdAt: Sample.time)
        let override = try self.item(
            .override(OverrideKey(service: self.key.service), number: 3, decision), expected: 9)
        #expect(
            try self.compared([override, service, self.registration("a")], all: nil) == [
                "instances/default/payments/a", "services/default/payments", "overrides/default/payments",
            ])
    }

    private func registration(_ id: String, expected: Int64? = nil) throws -> TransactionBuilder.Item {
        let key = InstanceKey(service: self.key.service, id: id)
        return try self.item(.instance(key, number: 2, service: 1, Sample.instance(id)), expected: expected)
    }

    @Test("Together, what holds for a service is said once")
    func joint() throws {
        let service = try self.item(.service(self.key.service, number: 1, Sample.service()), expected: 7)
        let items = [service, try self.registration("a"), try self.registration("b"), try self.registration("c")]
        let compares = TransactionCompares(items, self.layout, known: .init(digests: 40, all: 50)).joint(items)
        #expect(
            compares.map { self.layout.name(of: $0.key) } == [
                "services/default/payments", "instances/default/payments/a", "services/default/payments",
                "overrides/default/payments/", "instances/default/payments/b", "instances/default/payments/c",
            ])
        #expect(compares[3].target == .mod && compares[3].result == .less && compares[3].modRevision == 51)
    }

    @Test("More compares than etcd takes are not tried together")
    func tooMany() throws {
        let builder = TransactionBuilder(
            layout: self.layout, writer: 1, sequence: 1, fence: ("fences/1", 5), time: Sample.time,
            known: .init(digests: 40, all: 50), committed: .zero)
        // Each decision is compared by itself, by its instance's revision, and by that being there.
        let decisions = try (0..<43).map { number in
            let decision = Override(number: 3, status: .up, weight: nil, actor: "o", createdAt: Sample.time)
            let key = InstanceKey(service: self.key.service, id: "i\(number)")
            return try self.item(.override(OverrideKey(key), number: 3, decision), expected: nil)
        }
        #expect(builder.jointly(decisions) == nil)
        let request = try #require(builder.jointly(Array(decisions.dropLast())))
        #expect(request.compare.count == 127)
        #expect(request.success.count == 43)
    }

    @Test("Where something is removed, that it was is noted, together once and apart for each")
    func removals() throws {
        let builder = TransactionBuilder(
            layout: self.layout, writer: 1, sequence: 1, fence: ("fences/1", 5), time: Sample.time,
            known: .init(digests: 40, all: 50), committed: .zero)
        let kept = try self.item(.subscription("s", number: 5, Sample.subscription()), expected: nil)
        let removed = try ["t", "u"].map { try self.item(.subscription($0, number: 5, nil), expected: 7) }
        let joint = try #require(builder.jointly([kept] + removed))
        #expect(self.keys(joint.success).suffix(2) == ["vanished/0", "head"])
        #expect(self.keys(joint.success).count { $0.hasPrefix("vanished/") } == 1)
        let separate = builder.separately([kept] + removed).success.map { self.keys($0.requestTxn.success) }
        #expect(separate.map(\.last) == ["subscriptions/s", "vanished/1", "vanished/2", nil])
        #expect(try #require(builder.jointly([kept])).success.count == 2)
    }

    /// What is put, below the prefix.
    private func keys(_ operations: [EtcdRequestOp]) -> [String] {
        operations.filter { !$0.requestPut.key.isEmpty }.map { self.layout.name(of: $0.requestPut.key) }
    }
}
