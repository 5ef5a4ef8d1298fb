import Testing

@Suite("The plan of faults")
struct FaultPlanTests {
    private func rounds(_ count: Int, members: Int, seed: UInt64) -> [FaultRound] {
        var plan = FaultPlan(nodes: 3, members: members, seed: seed)
        return (0..<count).map { _ in plan.next() }
    }

    @Test("One seed, one plan", arguments: [1, 3])
    func repeats(members: Int) {
        #expect(self.rounds(20, members: members, seed: 7) == self.rounds(20, members: members, seed: 7))
        #expect(self.rounds(20, members: members, seed: 7) != self.rounds(20, members: members, seed: 8))
    }

    @Test("No victim has two faults in one round, and all is over in bounded time", arguments: 0..<100 as Range<UInt64>)
    func sound(seed: UInt64) {
        for round in self.rounds(10, members: 3, seed: seed) {
            let victims = round.faults.flatMap(\.fault.victims)
            #expect(Set(victims).count == victims.count, "\(round)")
            #expect(!victims.contains(.everything) || round.faults.count == 1, "\(round)")
            #expect((500...7_000).contains(round.length), "\(round)")
        }
    }

    @Test("A deck has every kind of fault of its size, and many have each single one")
    func coverage() {
        for seed in 0..<20 as Range<UInt64> {
            let alone = self.rounds(FaultPlan.kinds(members: 1).count, members: 1, seed: seed).flatMap(\.faults)
            #expect(alone.contains { $0.fault == .fill })
            #expect(alone.contains { $0.fault == .restartAll })
            #expect(alone.contains { $0.fault.replacesHistory })
            let three = self.rounds(FaultPlan.kinds(members: 3).count, members: 3, seed: seed).flatMap(\.faults)
            #expect(three.contains { $0.fault == .killLeader || $0.fault == .freezeLeader })
        }
        let many = Set(self.rounds(400, members: 3, seed: 1).flatMap(\.faults).map(\.fault))
        for node in 0..<3 {
            #expect(many.contains(.killNode(node)))
            #expect(many.contains(.freezeNode(node)))
            for way in Fault.Way.allCases {
                #expect(many.contains(.cut(node: node, member: nil, way)))
                #expect((0..<3).allSatisfy { many.contains(.cut(node: node, member: $0, way)) })
            }
        }
        for member in 0..<3 {
            #expect(many.contains(.killMember(member)))
            #expect(many.contains(.freezeMember(member)))
        }
        #expect(many.isSuperset(of: [.restore(.adopt), .restore(.reseed), .empty, .killLeader, .freezeLeader]))
    }
}
