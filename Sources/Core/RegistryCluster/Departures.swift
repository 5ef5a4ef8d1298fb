import RegistryCatalog
import RegistryModel

/// Members that were lost lately, for those who wait for what these had still to say. Pure.
struct Departures: Sendable {
    struct Departure: Sendable {
        let member: Member
        let lastDigest: Digest?
        /// What this node had applied when it heard of it.
        let applied: Revision
    }

    /// Those that are kept.
    private static let limit = 64

    private var all: [Departure] = []

    mutating func note(_ member: Member, _ lastDigest: Digest?, applied: Revision) {
        self.all.append(Departure(member: member, lastDigest: lastDigest, applied: applied))
        if self.all.count > Self.limit { self.all.removeFirst() }
    }

    /// Those that were lost after a commit.
    func after(_ revision: Revision) -> [Departure] { self.all.filter { $0.applied >= revision } }
}
