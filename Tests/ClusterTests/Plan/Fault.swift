/// Something that is done to a cluster for a while, and then mended.
enum Fault: Hashable, Sendable {
    /// Which way bytes still go over a link; they are lost the other way, and the connection stays open.
    enum Way: Hashable, Sendable, CaseIterable { case none, toEtcd, toNode }

    /// How a cluster goes on whose etcd is another than before.
    enum Decision: String, Hashable, Sendable, CaseIterable { case adopt, reseed }

    /// SIGKILL, and a start with the same data.
    case killNode(Int)
    /// SIGSTOP, and SIGCONT.
    case freezeNode(Int)
    case killMember(Int)
    case freezeMember(Int)
    /// Whoever leads when it comes to that.
    case killLeader
    case freezeLeader
    /// - Parameter member: nil: to all of them.
    case cut(node: Int, member: Int?, Way)
    /// Each way, of all links of a node.
    case delay(node: Int, milliseconds: Int)
    /// Every process of either kind is killed.
    case restartAll
    /// Etcd is put back to an earlier snapshot under live nodes, until an operator decides.
    case restore(Decision)
    /// Etcd loses all it has under live nodes, until an operator writes theirs back.
    case empty
    /// Etcd's quota is used up by others, until room is made.
    case fill

    /// What it is done to: nothing has two faults at a time that would undo each other.
    var victims: Set<Victim> {
        switch self {
        case .killNode(let node), .freezeNode(let node): [.node(node)]
        case .killMember(let member), .freezeMember(let member): [.member(member)]
        case .killLeader, .freezeLeader: [.etcd]
        case .cut(let node, _, _), .delay(let node, _): [.links(node)]
        case .restartAll, .restore, .empty, .fill: [.everything]
        }
    }

    enum Victim: Hashable, Sendable {
        case node(Int)
        case member(Int)
        case etcd
        case links(Int)
        case everything
    }

    /// Whether it ends with another history, which an operator has let begin.
    var replacesHistory: Bool {
        switch self {
        case .restore, .empty: true
        default: false
        }
    }

    /// Whether what was acknowledged before it may be gone. A node that writes back what it knows has it all.
    var losesWrites: Bool { self == .restore(.adopt) }
}

/// A fault with its time, in milliseconds from the start of its round.
struct PlannedFault: Hashable, Sendable {
    let fault: Fault
    let start: Int
    let duration: Int

    var end: Int { self.start + self.duration }
}

/// Faults, and then calm.
struct FaultRound: Hashable, Sendable {
    let number: Int
    let faults: [PlannedFault]

    /// Milliseconds until all is mended.
    var length: Int { self.faults.map(\.end).max() ?? 0 }

    var losesWrites: Bool { self.faults.contains { $0.fault.losesWrites } }
}
