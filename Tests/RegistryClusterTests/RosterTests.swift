import RegistryCatalog
import RegistryModel
import Testing

@testable import RegistryCluster

struct RosterTests {
    private static func roster(_ ids: some Sequence<UInt64>) -> Roster {
        var roster = Roster()
        for id in ids { roster.join(Made.member(id)) }
        return roster
    }

    private static let ids: [UInt64] = [3, 0x9e37_79b9_7f4a_7c15, 77, .max, 0xdead_beef]

    @Test(arguments: 1...5)
    func theRanksOfAServiceAreEachGivenOnce(count: Int) {
        let ids = Self.ids.prefix(count)
        let roster = Self.roster(ids)
        for service in Made.services {
            #expect(ids.map { roster.rank(of: $0, for: service) }.sorted() == Array(0..<count))
            #expect(roster.first(for: service).map { roster.rank(of: $0, for: service) } == 0)
        }
    }

    @Test func whoeverJoinsInWhateverOrderTheRanksAreTheSame() {
        let roster = Self.roster(Self.ids)
        let other = Self.roster(Self.ids.reversed())
        for service in Made.services {
            for id in Self.ids { #expect(roster.rank(of: id, for: service) == other.rank(of: id, for: service)) }
        }
    }

    /// They are compared between processes, and between versions of this program: they must never change.
    @Test func theRanksAreTheseAndNoOthers() {
        let roster = Self.roster([1, 2, 3])
        let firsts = ["payments", "orders", "users", "search"].map {
            roster.first(for: ServiceKey(namespace: "default", name: $0))
        }
        #expect(firsts == Self.known)
    }

    /// Computed apart from this program.
    private static let known: [UInt64?] = [3, 2, 2, 1]

    @Test func oneThatLeavesMovesOnlyItsShare() {
        var roster = Self.roster(Self.ids)
        let before = Made.services.map { roster.first(for: $0) }
        let orders = Made.services.map { service in Self.ids.sorted { Self.isBefore($0, $1, service, roster) } }
        let left = Self.ids[2]
        #expect(roster.leave(left)?.id == left)
        for (index, service) in Made.services.enumerated() {
            let now = roster.first(for: service)
            if before[index] == left {
                #expect(now == orders[index][1], "the second in rank takes over")
            } else {
                #expect(now == before[index])
            }
            // The others keep their order.
            let rest = orders[index].filter { $0 != left }
            #expect(rest.map { roster.rank(of: $0, for: service) } == Array(0..<rest.count))
        }
    }

    @Test func oneThatJoinsTakesOnlyItsShare() {
        var roster = Self.roster(Self.ids.dropLast())
        let before = Made.services.map { roster.first(for: $0) }
        let new = Self.ids[4]
        roster.join(Made.member(new))
        var moved = 0
        for (index, service) in Made.services.enumerated() where roster.first(for: service) != before[index] {
            #expect(roster.first(for: service) == new)
            moved += 1
        }
        // A fifth, within five standard deviations: this is a fixed set, so it comes out the same every time.
        #expect((137...263).contains(moved))
    }

    @Test func theSharesAreFair() {
        let roster = Self.roster(Self.ids)
        var shares: [UInt64: Int] = [:]
        for service in Made.services { shares[roster.first(for: service) ?? 0, default: 0] += 1 }
        for id in Self.ids { #expect((137...263).contains(shares[id] ?? 0), "\(id): \(shares)") }
    }

    @Test func oneThatIsNoMemberComesAfterAll() {
        let roster = Self.roster([1, 2])
        for service in Made.services { #expect(roster.rank(of: 9, for: service) == 2) }
        #expect(Roster().rank(of: 9, for: Made.services[0]) == 0)
        #expect(Roster().first(for: Made.services[0]) == nil)
    }

    @Test func whoLeavesTwiceWasNoMemberTheSecondTime() {
        var roster = Self.roster([1, 2])
        #expect(roster.leave(1) == Made.member(1))
        #expect(roster.leave(1) == nil)
        #expect(roster.members.keys.sorted() == [2])
        roster.clear()
        #expect(roster.members.isEmpty)
    }

    /// The same process with news of itself is one member.
    @Test func whoJoinsTwiceIsThereOnce() {
        var roster = Self.roster([1])
        roster.join(Made.member(1, epoch: 8))
        #expect(roster.members.count == 1)
        #expect(roster.members[1]?.epoch == 8)
    }

    private static func isBefore(_ one: UInt64, _ other: UInt64, _ service: ServiceKey, _ roster: Roster) -> Bool {
        roster.rank(of: one, for: service) < roster.rank(of: other, for: service)
    }
}
