import RegistryModel
import RegistryTestKit
import RegistryTraffic
import Testing

struct RotationTests {
    @Test func givesEachItsTurn() {
        let selector = InstanceSelector(seed: 1)
        let members = candidates(weights: [100, 1, 50, 7])
        let first = selector.ids(4, by: .roundRobin, from: members)
        #expect(first.sorted() == ["a", "b", "c", "d"])
        #expect("abcdabcd".contains(first))
        for _ in 0..<10 { #expect(selector.ids(4, by: .roundRobin, from: members) == first) }
    }

    @Test func beginsAnywhere() {
        let members = candidates(weights: [1, 1, 1, 1])
        let starts = (0..<200).map { InstanceSelector(seed: $0).id(by: .roundRobin, from: members)! }
        for id in ["a", "b", "c", "d"] { #expect(starts.count { $0 == id } > 20) }
    }

    @Test func goesOnWhenOneComesOrGoes() {
        let selector = InstanceSelector(seed: 2)
        let all = candidates(weights: [1, 1, 1, 1, 1])
        while selector.id(by: .roundRobin, from: all) != "b" {}
        // The one whose turn is next goes: the one after it follows.
        #expect(selector.id(by: .roundRobin, from: all.filter { $0.id != "c" }) == "d")
        // The one chosen last goes.
        #expect(selector.id(by: .roundRobin, from: all.filter { $0.id != "d" }) == "e")
        // Newcomers before and after.
        let more = all + [Candidate(id: "f"), Candidate(id: "A")]
        #expect(selector.ids(7, by: .roundRobin, from: more) == "fAabcde")
    }

    @Test func nobodyIsLeftOutWhileOthersComeAndGo() {
        var generator = SeededGenerator(seed: 3)
        let selector = InstanceSelector(seed: 3)
        let stayers = candidates(weights: [1, 1, 1, 1])
        var counts: [Character: Int] = [:]
        for _ in 0..<4_000 {
            let guests = ["aa", "bb", "cc"].filter { _ in Bool.random(using: &generator) }.map { Candidate(id: $0) }
            let id = selector.id(by: .roundRobin, from: (stayers + guests).shuffled(using: &generator))!
            if id.count == 1 { counts[Character(id), default: 0] += 1 }
        }
        let fewest = counts.values.min()!
        #expect(counts.count == 4)
        #expect(counts.values.max()! - fewest <= 1, "\(counts)")
    }

    @Test func leavesOutWeightZero() {
        let selector = InstanceSelector(seed: 4)
        #expect(tally(selector.ids(10, by: .roundRobin, from: candidates(weights: [0, 1, 9]))) == ["b": 5, "c": 5])
        #expect(tally(selector.ids(10, by: .roundRobin, from: candidates(weights: [0, 0]))) == ["a": 5, "b": 5])
    }

    @Test func isSharedByConcurrentCallers() async {
        let selector = InstanceSelector(seed: 5)
        let members = candidates(weights: [1, 1, 1, 1, 1])
        let counts = await withTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { selector.ids(500, by: .roundRobin, from: members) } }
            return await group.reduce(into: [:]) { counts, ids in counts.merge(tally(ids), uniquingKeysWith: +) }
        }
        #expect(counts == ["a": 800, "b": 800, "c": 800, "d": 800, "e": 800])
    }
}
