public import RegistryCatalog
import RegistryModel
import Synchronization

extension ClusterNode {
    public func standing(of drain: Digest.PendingDrain) -> [DrainReport.Node] {
        self.state.withLock { state in
            let present = state.roster.members.values.filter { $0.id != self.memberID }
            let awaited = (present + state.absentees.members.values).map { member in
                DrainReport.Node(
                    name: member.node, standing: state.ledger[member.id].has(drain) ? .informed : .pending)
            }
            let lost = state.departures.after(drain.revision).filter { departure in
                let id = departure.member.id
                return state.roster.members[id] == nil && state.absentees.members[id] == nil
            }.map { departure in
                DrainReport.Node(
                    name: departure.member.node,
                    standing: departure.lastDigest.has(drain) ? .informed : .unknown)
            }
            return (awaited + lost).sorted { $0.name < $1.name }
        }
    }
}

extension ClusterNode.State {
    /// Everything was read anew, or time has passed: of those who were members before, it shows who is not there.
    mutating func noteAbsence(of earlier: [Member], beside own: UInt64, at now: Int64) {
        for member in earlier where member.id != own && self.roster.members[member.id] == nil {
            self.absentees.note(member, at: now)
        }
        for member in self.absentees.takeLost(now: now) {
            self.departures.note(member, self.ledger[member.id], applied: self.basis.applied)
        }
    }
}

extension Digest? {
    /// Whether those who read at its writer have taken a drain over.
    fileprivate func has(_ drain: Digest.PendingDrain) -> Bool {
        guard let self, self.applied >= drain.revision else { return false }
        return !self.hasMoreDrains && !self.drains.contains(drain)
    }
}
