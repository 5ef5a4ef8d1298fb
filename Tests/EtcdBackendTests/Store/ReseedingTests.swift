import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("What is written back")
struct ReseedingTests {
    private func catalog(instances: Int) -> StoredCatalog {
        StoredCatalog(
            registryID: "r", revision: Revision(9), services: [Sample.service()],
            instances: (0..<instances).map { StoredInstance(service: 1, instance: Sample.instance("i-\($0)")) },
            tombstones: [], nextNumber: 10)
    }

    @Test("Everything, the services last, in transactions that etcd takes")
    func everything() {
        let plan = Reseeding(self.catalog(instances: 300), over: [:], 1)
        #expect(plan.transactions.map(\.count) == [95, 95, 95, 16])
        #expect(plan.transactions.last?.last?.key == "services/default/payments")
        #expect(plan.transactions.joined().allSatisfy { $0.value != nil })
    }

    @Test("Once it is there, nothing")
    func done() {
        let catalog = self.catalog(instances: 3)
        var stored: [String: Data] = ["meta": Data(), "beats/1": Data(), "policies/x": Data()]
        for step in Reseeding(catalog, over: [:], 1).transactions.joined() { stored[step.key] = step.value }
        #expect(Reseeding(catalog, over: stored, 1).transactions.isEmpty)
    }

    @Test("What does not belong there is removed, what is damaged replaced, and what a later version added kept")
    func over() throws {
        let catalog = self.catalog(instances: 2)
        var later = StoredServiceRecord()
        later.update(to: Sample.service())
        later.schema = 2
        later.type = "another"
        let foreign = Data([0xD0, 0x05, 0x07])
        let stored: [String: Data] = [
            "instances/default/payments/gone": Data(), "instances/default/payments/i-0": Data([0xFF]),
            "services/default/payments": try later.serializedBytes() + foreign, "overrides/x/y": Data(),
        ]
        let steps = Array(Reseeding(catalog, over: stored, 1).transactions.joined())
        #expect(
            steps.map(\.key) == [
                "instances/default/payments/gone", "overrides/x/y", "instances/default/payments/i-0",
                "instances/default/payments/i-1", "services/default/payments",
            ])
        #expect(steps.map { $0.value == nil } == [true, true, false, false, false])
        #expect(steps.last?.value?.suffix(3) == foreign)
    }
}
