import RegistryTestKit

/// Decides what is done to a cluster, and when. Pure: one seed, one run.
///
/// Every kind of round comes up once before any comes up again, so a run of as many rounds has had them all.
struct FaultPlan {
    /// What a round is about.
    enum Kind: Hashable, Sendable { case mixed, leader, restart, replaced, full }

    let nodes: Int
    let members: Int
    private var random: SeededGenerator
    private var deck: [Kind] = []
    private var number = 0

    init(nodes: Int, members: Int, seed: UInt64) {
        self.nodes = nodes
        self.members = members
        self.random = SeededGenerator(seed: seed)
    }

    static func kinds(members: Int) -> [Kind] {
        members > 1 ? [.mixed, .leader, .mixed, .replaced, .restart] : [.mixed, .full, .replaced, .restart]
    }

    mutating func next() -> FaultRound {
        if self.deck.isEmpty { self.deck = Self.kinds(members: self.members).shuffled(using: &self.random) }
        self.number += 1
        return FaultRound(number: self.number, faults: self.faults(of: self.deck.removeLast()))
    }

    private mutating func faults(of kind: Kind) -> [PlannedFault] {
        switch kind {
        case .mixed: return self.several(3...4)
        case .leader:
            let fault = Bool.random(using: &self.random) ? Fault.killLeader : .freezeLeader
            return [self.planned(fault, 2_500...4_500)] + self.several(1...2, sparing: [.etcd])
        case .restart: return [self.planned(.restartAll, 500...2_000)]
        case .full: return [self.planned(.fill, 2_000...3_000)]
        case .replaced:
            let choices: [Fault] = [.restore(.adopt), .restore(.reseed), .empty]
            return [self.planned(choices[Int.random(in: 0..<3, using: &self.random)], 2_000...3_000)]
        }
    }

    /// Faults of different victims, whose times may overlap.
    private mutating func several(
        _ count: ClosedRange<Int>, sparing spared: Set<Fault.Victim> = []
    ) -> [PlannedFault] {
        var taken = spared
        var faults: [PlannedFault] = []
        let count = Int.random(in: count, using: &self.random)
        while faults.count < count {
            let fault = self.any()
            // While the leader is to be lost, a second member would take the majority away for as long.
            if spared.contains(.etcd), case .member? = fault.victims.first { continue }
            guard taken.isDisjoint(with: fault.victims) else { continue }
            taken.formUnion(fault.victims)
            faults.append(self.planned(fault, 800...4_000))
        }
        return faults
    }

    private mutating func any() -> Fault {
        let node = Int.random(in: 0..<self.nodes, using: &self.random)
        let member = Int.random(in: 0..<self.members, using: &self.random)
        switch Int.random(in: 0..<9, using: &self.random) {
        case 0: return .killNode(node)
        case 1: return .freezeNode(node)
        case 2: return .killMember(member)
        case 3: return .freezeMember(member)
        case 4: return .delay(node: node, milliseconds: Int.random(in: 20...400, using: &self.random))
        case 5, 6:
            let way = Fault.Way.allCases[Int.random(in: 0..<3, using: &self.random)]
            return .cut(node: node, member: nil, way)
        default:
            let way = Fault.Way.allCases[Int.random(in: 0..<3, using: &self.random)]
            return .cut(node: node, member: member, way)
        }
    }

    private mutating func planned(_ fault: Fault, _ duration: ClosedRange<Int>) -> PlannedFault {
        PlannedFault(
            fault: fault, start: Int.random(in: 300...1_500, using: &self.random),
            duration: Int.random(in: duration, using: &self.random))
    }
}
