import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("Groups become transactions that etcd takes")
struct TransactionPlanTests {
    private let timeline = Timeline(number: 0)

    @Test("What fits is one transaction, in the order of the group")
    func one() {
        let plan = self.plan([self.service(), self.instance("a"), self.instance("b")])
        #expect(
            self.keys(plan) == [
                ["services/default/payments", "instances/default/payments/a", "instances/default/payments/b"]
            ])
        #expect(plan.conflicts.isEmpty)
    }

    @Test("Of more instances than fit, each transaction rewrites their service's record too")
    func split() {
        let plan = self.plan((0..<300).map { self.instance("i-\($0)") } + [self.service()])
        #expect(plan.transactions.map(\.count) == [95, 95, 95, 19])
        #expect(plan.transactions.map { $0.filter(\.isRepeated).count } == [0, 1, 1, 1])
        for transaction in plan.transactions {
            #expect(transaction.first.map { plan.operations[$0.operation].key } == "services/default/payments")
        }
        #expect(Set(plan.transactions.joined().map(\.operation)).count == 301)
    }

    @Test("A removed service goes after the last of its instances")
    func removedService() {
        let removal = Write(.service(Sample.service().key, number: 1, nil), expected: Revision(9))
        let plan = self.plan([removal] + (0..<130).map { self.instance("i-\($0)", expected: 3, isRemoval: true) })
        #expect(self.keys(plan).last?.last == "services/default/payments")
        #expect(plan.transactions.map(\.count) == [95, 36])
    }

    @Test("Bytes are bounded as well, and what alone is too long is tried alone")
    func bytes() {
        let writes = ["a", "b", "c", "d"].map { self.instance($0) }
        let sizes = [TransactionPlan.bytes / 2, TransactionPlan.bytes / 2, 1, TransactionPlan.bytes + 1]
        let plan = TransactionPlan(CommitGroup(time: Sample.time, writes: writes), self.timeline) {
            sizes[$0.writes[0]]
        }
        #expect(plan.transactions.map(\.count) == [2, 1, 1])
    }

    @Test("An instance and its tombstone change their key once", arguments: [false, true])
    func fused(_ isReturn: Bool) throws {
        let gone = self.tombstone(expected: isReturn ? 7 : nil, isRemoval: isReturn)
        let instance = self.instance("a", expected: isReturn ? nil : 7, isRemoval: !isReturn)
        for writes in [[gone, instance], [instance, gone]] {
            let plan = self.plan(writes)
            #expect(plan.transactions.map(\.count) == [1])
            let operation = try #require(plan.operations.first)
            #expect(operation.expected == 7)
            #expect(operation.writes.sorted() == [0, 1])
            #expect(operation.removals.map(\.kind) == [isReturn ? .tombstone : .instance])
            #expect(!operation.record.isRemoval)
        }
    }

    @Test("A key that is written twice is written in two transactions")
    func twice() {
        let plan = self.plan([self.instance("a"), self.instance("b"), self.instance("a", expected: 5)])
        #expect(
            self.keys(plan) == [
                ["instances/default/payments/a", "instances/default/payments/b"], ["instances/default/payments/a"],
            ])
    }

    @Test("What rests on a record that never was conflicts without being asked", arguments: [Int64(0), 1 << 41])
    func impossible(_ expected: Int64) {
        let plan = self.plan([
            self.instance("a", expected: expected), self.instance("b", isRemoval: true), self.instance("c"),
        ])
        #expect(plan.conflicts.sorted() == [0, 1])
        #expect(plan.transactions.map(\.count) == [1])
    }

    @Test("A group of nothing is no transaction")
    func nothing() {
        #expect(self.plan([]).transactions.isEmpty)
    }

    private func plan(_ writes: [Write]) -> TransactionPlan {
        TransactionPlan(CommitGroup(time: Sample.time, writes: writes), self.timeline) { _ in 100 }
    }

    private func keys(_ plan: TransactionPlan) -> [[String]] {
        plan.transactions.map { $0.map { plan.operations[$0.operation].key } }
    }

    private func service() -> Write {
        Write(.service(Sample.service().key, number: 1, Sample.service()), expected: nil)
    }

    private func instance(_ id: String, expected: Int64? = nil, isRemoval: Bool = false) -> Write {
        let key = InstanceKey(service: Sample.service().key, id: id)
        return Write(
            .instance(key, number: 2, service: 1, isRemoval ? nil : Sample.instance(id)),
            expected: expected.map { Revision($0) })
    }

    private func tombstone(expected: Int64?, isRemoval: Bool) -> Write {
        let key = InstanceKey(service: Sample.service().key, id: "a")
        return Write(
            .tombstone(key, number: 3, isRemoval ? nil : Sample.tombstone()), expected: expected.map { Revision($0) })
    }
}
