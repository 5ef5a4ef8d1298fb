import RegistryModel
import RegistryTraffic
import Testing

struct InstanceSelectorTests {
    @Test(arguments: 1...5)
    func randomIsEven(seed: UInt64) {
        let selector = InstanceSelector(seed: seed)
        let counts = tally(selector.ids(20_000, by: .random, from: candidates(weights: [1, 1_000, 5, 100])))
        // Pearson's chi-squared with 3 degrees of freedom; 16.27 is exceeded once in 1,000 by chance, and the seeds are fixed.
        let distance = "abcd".reduce(0.0) { sum, id in
            let difference = Double(counts[id, default: 0]) - 5_000
            return sum + difference * difference / 5_000
        }
        #expect(distance < 16.27, "\(counts)")
    }

    @Test func randomLeavesOutWeightZero() {
        let selector = InstanceSelector(seed: 6)
        #expect(
            tally(selector.ids(1_000, by: .random, from: candidates(weights: [0, 3, 0, 1]))).keys.sorted() == [
                "b", "d",
            ])
        #expect(
            tally(selector.ids(1_000, by: .random, from: candidates(weights: [0, 0]))).keys.sorted() == ["a", "b"])
    }

    static let mixed = [
        Candidate(id: "a", status: .up, health: .up, weight: 100),
        Candidate(id: "b", status: .up, health: .up, weight: 0),
        Candidate(id: "c", status: .draining, health: .up, weight: 100),
        Candidate(id: "d", status: .up, health: .down, weight: 100),
        Candidate(id: "e", status: .outOfService, health: .unknown, weight: 100),
        Candidate(id: "f", status: .starting, health: .up, weight: 100),
        Candidate(id: "g", status: .up, health: .up, weight: 100),
    ]

    @Test(arguments: Strategy.allCases)
    func onlyAvailableOnesAreSelected(strategy: Strategy) {
        let selector = InstanceSelector(seed: 7)
        #expect(Set(selector.ids(100, by: strategy, from: Self.mixed)) == ["a", "g"])
    }

    @Test(arguments: Strategy.allCases)
    func explainsWhatEachStageLeft(strategy: Strategy) {
        let selector = InstanceSelector(seed: 8)
        let (offset, explanation) = selector.select(by: strategy, among: 7, of: payments) {
            Self.mixed[$0].id == "g" ? nil : Self.mixed[$0]
        }
        #expect(offset == 0)
        #expect(explanation.code == .selected)
        #expect(explanation.strategy == strategy)
        #expect(explanation.considered == 7)
        #expect(explanation.steps.map(\.stage) == [.filter, .health, .override, .status, .weight, .strategy])
        #expect(explanation.steps.map(\.remaining) == [6, 4, 4, 2, 1, 1])
        #expect(
            explanation.text
                == "Chosen by \(strategy) from 1 of 7: 6 match, 4 of them are healthy, 2 of these have status UP, "
                + "1 of these may be chosen by their weight.")
    }

    @Test(arguments: Strategy.allCases)
    func saysWhyThereIsNone(strategy: Strategy) {
        let selector = InstanceSelector(seed: 9)
        func explain(_ candidates: [Candidate], wants: Bool = true) -> SelectionExplanation {
            let selection = selector.select(by: strategy, among: candidates.count, of: payments) {
                wants ? candidates[$0] : nil
            }
            #expect(selection.offset == nil)
            return selection.explanation
        }
        let none = explain([])
        #expect(none.code == .empty)
        #expect(none.steps.map(\.remaining) == [0, 0, 0, 0, 0, 0])
        #expect(none.text == "The service has no instances.")

        let unwanted = explain(Self.mixed, wants: false)
        #expect(unwanted.code == .noneMatching)
        #expect(unwanted.text == "None of 7 instances matches the query.")

        let ill = explain(Self.mixed.filter { $0.health != .up })
        #expect(ill.code == .noneHealthy)
        #expect(ill.text == "None of 2 matching instances is healthy.")

        let away = explain(Self.mixed.filter { $0.status != .up })
        #expect(away.code == .noneUp)
        #expect(away.text == "None of 2 healthy instances has status UP.")
    }

    @Test func codesAndStagesKeepTheirSpelling() {
        #expect(
            SelectionExplanation.Code.allCases.map(\.rawValue)
                == ["selected", "suspect", "empty", "none_matching", "none_healthy", "all_withheld", "none_up"])
        #expect(
            SelectionStage.allCases.map(\.description)
                == ["filter", "health", "override", "status", "weight", "strategy"])
    }

    /// What an operator withholds is told apart from what its owner takes out of service.
    @Test func operatorsCountBeforeOwners() {
        let all = [
            Candidate(id: "a", status: .outOfService, isWithheld: true), Candidate(id: "b", status: .outOfService),
            Candidate(id: "c"), Candidate(id: "d", isWithheld: true, health: .down),
        ]
        func explain(_ candidates: [Candidate]) -> SelectionExplanation {
            InstanceSelector(seed: 3).select(by: .random, among: candidates.count, of: payments) { candidates[$0] }
                .explanation
        }
        let chosen = explain(all)
        #expect(chosen.steps.map(\.remaining) == [4, 3, 2, 1, 1, 1])
        #expect(chosen.text.contains("3 of them are healthy, operators leave 2 of these, 1 of these have status UP"))
        let withheld = explain([all[0], all[3]])
        #expect(withheld.code == .allWithheld)
        #expect(withheld.text == "Operators withhold all of 1 healthy instances.")
        let away = explain(Array(all[...1]))
        #expect(away.code == .noneUp)
        #expect(away.text == "None of 1 healthy instances has status UP.")
        #expect(!explain([all[2]]).text.contains("operators"))
    }

    @Test func offsetIsTheCallers() {
        let selection = InstanceSelector(seed: 10).select(by: .roundRobin, among: 10, of: payments) {
            $0 == 7 ? Candidate(id: "only") : nil
        }
        #expect(selection.offset == 7)
    }

    /// A turn that is in use is kept while many others come and go; one that is not begins anew.
    @Test func tablesAreBoundedAndKeepWhatIsUsed() {
        let selector = InstanceSelector(seed: 11, capacity: 100)
        let members = candidates(weights: [3, 2, 1])
        let expected = InstanceSelector(seed: 11).ids(600, by: .weight, from: members)
        var ids = ""
        for number in 0..<600 {
            ids += selector.ids(1, by: .weight, from: members)
            _ = selector.id(by: .weight, from: members, of: ServiceKey(name: "other-\(number)"))
        }
        #expect(ids == expected)

        let unused = InstanceSelector(seed: 12, capacity: 100)
        #expect(unused.ids(2, by: .weight, from: members) == "ab")
        for number in 0..<600 { _ = unused.id(by: .weight, from: members, of: ServiceKey(name: "other-\(number)")) }
        #expect(unused.ids(2, by: .weight, from: members) == "ab")
    }
}
