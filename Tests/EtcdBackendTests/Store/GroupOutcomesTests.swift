import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("What has become of a group that takes several transactions")
struct GroupOutcomesTests {
    private static let timeline = Timeline(number: 0)
    private let service = Sample.service()

    private func group() -> CommitGroup {
        let service = Write(.service(self.service.key, number: 1, self.service), expected: nil)
        return CommitGroup(time: Sample.time, writes: [service] + (0..<150).map { TestWrites.instance("i-\($0)") })
    }

    @Test("Where a service's record conflicts, so do those of its instances that come later", arguments: [true, false])
    func service(isDone: Bool) throws {
        let group = self.group()
        let plan = TransactionPlan(group, Self.timeline) { _ in 100 }
        #expect(plan.transactions.count == 2)
        var outcomes = GroupOutcomes(count: group.writes.count, conflicts: [])
        let first = outcomes.live(plan.transactions[0], of: plan.operations)
        #expect(first.count == plan.transactions[0].count)
        outcomes.note(
            first.map { ($0.step, $0.operation) }, done: first.map { _ in isDone }, revision: 7, Self.timeline)
        let second = outcomes.live(plan.transactions[1], of: plan.operations)
        #expect(second.count == (isDone ? plan.transactions[1].count : 0))
        #expect(second.first?.expected == (isDone ? 7 : nil))
        if !isDone { #expect(outcomes.result(nil).allSatisfy { $0 == .conflict }) }
    }

    @Test("An instance that takes the place of its tombstone still comes with its service")
    func fused() throws {
        let key = InstanceKey(service: self.service.key, id: "a")
        let tombstone = Write(.tombstone(key, number: 5, nil), expected: Revision(3))
        var operation = try #require(PlannedOperation(tombstone, at: 0, Self.timeline))
        #expect(operation.fuse(try #require(PlannedOperation(TestWrites.instance("a"), at: 1, Self.timeline))))
        #expect(operation.service == self.service.key)
    }
}
