import RegistryCatalog
import RegistryModel

/// The live members, and whose turn it is: rendezvous hashing (Thaler and Ravishankar, 1998) ranks them for each service, so that one that
/// comes or goes moves only its own share. Pure.
struct Roster: Sendable, Hashable {
    private(set) var members: [UInt64: Member] = [:]

    mutating func join(_ member: Member) { self.members[member.id] = member }

    /// Returns who left; nil when it was no member.
    mutating func leave(_ id: UInt64) -> Member? { self.members.removeValue(forKey: id) }

    mutating func clear() { self.members = [:] }

    /// How many members come before this one. One that is no member comes after all.
    func rank(of id: UInt64, for service: ServiceKey) -> Int {
        guard self.members[id] != nil else { return self.members.count }
        let name = Self.hash(service)
        let own = Self.score(id, name)
        return self.members.keys.count { other in
            let score = Self.score(other, name)
            return (score, other) > (own, id)
        }
    }

    /// Whose turn it is first; nil when there is no member.
    func first(for service: ServiceKey) -> UInt64? {
        let name = Self.hash(service)
        return self.members.keys.max { (Self.score($0, name), $0) < (Self.score($1, name), $1) }
    }

    /// FNV-1a. Swift's own hashes are not the same in two processes.
    private static func hash(_ service: ServiceKey) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in service.namespace.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ UInt64(UInt8(ascii: "/"))) &* 0x100_0000_01b3
        for byte in service.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
    private static func score(_ id: UInt64, _ name: UInt64) -> UInt64 {
        var value = id ^ name
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
