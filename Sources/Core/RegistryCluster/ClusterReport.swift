public import RegistryCatalog
public import RegistryModel
import Synchronization

/// How a cluster is, as one of its nodes sees it.
public struct ClusterReport: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        public var member: Member
        public var isSelf: Bool
        /// What it had applied at its newest digest; nil: it has written none.
        public var applied: Revision?
        public var hash: StateHash?
        /// Whether its state was this node's, where they could be compared last; nil: they could not yet. Always true of itself.
        public var agrees: Bool?
        /// How long ago its newest digest was taken here.
        public var digestAge: TimeSpan?
        public var standstills: Int
        public var stoodStill: TimeSpan
        /// Services for which it is the first in rank.
        public var services: Int
    }

    /// In the order in which they joined. This one is always among them, last while it is no member.
    public var nodes: [Node]
    public var store: StoreReport
    /// Whether this node cannot judge who is silent.
    public var isCutOff: Bool

    /// How many revisions a node is behind the furthest, at its newest digest; nil: it has written none.
    public func lag(of node: Node) -> Int64? {
        guard let applied = node.applied, let furthest = self.nodes.compactMap(\.applied).max() else { return nil }
        return furthest.rawValue - applied.rawValue
    }
}

extension ClusterNode {
    /// - Parameter services: all that there are, to be shared out.
    public func report(services: [ServiceKey]) async -> ClusterReport {
        let store = await self.store.report()
        let now = self.clock.monotonicMilliseconds
        return self.state.withLock { state in
            state.storeReport = store
            var shares: [UInt64: Int] = [:]
            for service in services {
                if let first = state.roster.first(for: service) { shares[first, default: 0] += 1 }
            }
            var members = state.roster.members
            // It may not have joined yet, or everything was read anew, and the store does not know it any more.
            if members[self.memberID] == nil { members[self.memberID] = self.member }
            // While it has taken over nothing, it is nowhere.
            let basis = state.basis.applied > .zero ? state.basis : nil
            let nodes = members.values.map { member in
                let entry = state.ledger.entries[member.id]
                let isSelf = member.id == self.memberID
                return ClusterReport.Node(
                    member: member, isSelf: isSelf, applied: isSelf ? basis?.applied : entry?.digest.applied,
                    hash: isSelf ? basis?.hash : entry?.digest.hash,
                    agrees: isSelf ? true : state.hashes.agrees[member.id],
                    digestAge: entry.map { .milliseconds(now - $0.takenAt) },
                    standstills: entry?.digest.standstills ?? 0,
                    stoodStill: .milliseconds(entry?.digest.stoodStill ?? 0), services: shares[member.id] ?? 0)
            }
            return ClusterReport(
                nodes: nodes.sorted {
                    ($0.member.epoch ?? .max, $0.member.id) < ($1.member.epoch ?? .max, $1.member.id)
                },
                store: store, isCutOff: state.confirmation.isOverdue(now: now))
        }
    }
}
