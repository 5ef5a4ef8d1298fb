import RegistryModel
import RegistryTestKit
import RegistryTraffic
import Testing

struct SmoothWeightsTests {
    /// The sequence that nginx's description gives for weights 5, 1, 1.
    @Test func isTheSequenceOfNginx() {
        let selector = InstanceSelector(seed: 1)
        #expect(selector.ids(14, by: .weight, from: candidates(weights: [5, 1, 1])) == "aabacaaaabacaa")
    }

    @Test(arguments: [
        [1], [1, 1], [5, 1, 1], [3, 2, 1], [7, 3], [100, 100, 100], [10, 20, 30, 40], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [4_095, 1], [997, 991, 983],
    ])
    func isExactOverEveryPeriod(weights: [Int]) {
        let selector = InstanceSelector(seed: 2)
        let total = weights.reduce(0, +)
        let members = candidates(weights: weights)
        for _ in 0..<2 {
            let counts = tally(selector.ids(total, by: .weight, from: members))
            for member in members { #expect(counts[Character(member.id)] == member.weight) }
        }
    }

    /// At any moment nobody is a whole turn or more away from the share that its weight promises.
    @Test func isSmoothAtEveryMoment() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            let weights = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                Int.random(in: 1...50, using: &generator)
            }
            let members = candidates(weights: weights)
            let selector = InstanceSelector(seed: 3)
            let total = weights.reduce(0, +)
            var counts: [String: Int] = [:]
            for round in 1...total {
                counts[selector.id(by: .weight, from: members)!, default: 0] += 1
                for member in members {
                    let promised = Double(round * member.weight) / Double(total)
                    let distance = abs(Double(counts[member.id, default: 0]) - promised)
                    #expect(distance < Double(weights.count), "\(weights) after \(round)")
                }
            }
        }
    }

    @Test func weightZeroIsNotSelectedWhileAnotherIsAvailable() {
        let selector = InstanceSelector(seed: 4)
        #expect(selector.ids(6, by: .weight, from: candidates(weights: [0, 1, 0])) == "bbbbbb")
    }

    @Test func areEvenWhenAllAreZero() {
        let selector = InstanceSelector(seed: 5)
        #expect(
            tally(selector.ids(30, by: .weight, from: candidates(weights: [0, 0, 0]))) == ["a": 10, "b": 10, "c": 10])
    }

    @Test func aNewcomerNeitherWaitsNorFloods() {
        let selector = InstanceSelector(seed: 6)
        _ = selector.ids(1_001, by: .weight, from: candidates(weights: [100, 100]))
        let counts = tally(selector.ids(300, by: .weight, from: candidates(weights: [100, 100, 100])))
        for id in "abc" { #expect((98...102).contains(counts[id, default: 0]), "\(id): \(counts)") }
    }

    /// Whoever is chosen leaves at once, in debt. Without a new sharing out, a late newcomer would starve.
    @Test func thoseWhoLeaveInDebtDoNotEnrichTheOthers() {
        let selector = InstanceSelector(seed: 7)
        let stayers = [Candidate(id: "a", weight: 1), Candidate(id: "b", weight: 1)]
        for guest in 0..<1_000 {
            let all = stayers + [Candidate(id: "guest\(guest)", weight: 1_000)]
            #expect(selector.id(by: .weight, from: all) == "guest\(guest)")
        }
        let counts = tally(selector.ids(30, by: .weight, from: candidates(weights: [1, 1, 1])))
        for id in "abc" { #expect((8...12).contains(counts[id, default: 0]), "\(id): \(counts)") }
    }

    /// A credit earned with great weights would be a lead of many rounds among small ones.
    @Test func smallerWeightsForgetGreatCredits() {
        let selector = InstanceSelector(seed: 8)
        _ = selector.ids(3, by: .weight, from: candidates(weights: [60_000, 50_000, 40_000]))
        let counts = tally(selector.ids(30, by: .weight, from: candidates(weights: [1, 1, 1])))
        for id in "abc" { #expect((7...13).contains(counts[id, default: 0]), "\(id): \(counts)") }
    }

    @Test func theOrderOfCandidatesMayChange() {
        let selector = InstanceSelector(seed: 9)
        var generator = SeededGenerator(seed: 9)
        var ids = ""
        for _ in 0..<600 {
            ids += selector.id(by: .weight, from: candidates(weights: [3, 2, 1]).shuffled(using: &generator))!
        }
        let counts = tally(ids)
        #expect((295...305).contains(counts["a", default: 0]))
        #expect((195...205).contains(counts["b", default: 0]))
        #expect((95...105).contains(counts["c", default: 0]))
    }

    @Test func servicesAndFiltersHaveTheirOwnTurns() {
        let selector = InstanceSelector(seed: 10)
        let members = candidates(weights: [2, 1])
        let orders = ServiceKey(name: "orders")
        #expect(selector.ids(2, by: .weight, from: members) == "ab")
        #expect(selector.ids(2, by: .weight, from: members, of: orders) == "ab")
        #expect(selector.ids(2, by: .weight, from: members, filter: 1) == "ab")
        #expect(selector.ids(1, by: .weight, from: members) == "a")
    }
}
