import RegistryModel
import RegistryTraffic
import Testing

struct StrategyTests {
    @Test(arguments: Strategy.allCases)
    func spellingReadsBack(strategy: Strategy) throws {
        #expect(try Strategy(strategy.description) == strategy)
    }

    @Test func spellingsAreThoseOfTheAPI() {
        #expect(Strategy.allCases.map(\.description) == ["random", "round_robin", "weight"])
    }

    @Test(arguments: ["", "Random", "roundrobin", "round-robin", "least_conn", "weights", " weight", "\u{1b}[31m"])
    func refusesOthersAndNamesThoseThereAre(text: String) throws {
        do {
            _ = try Strategy(text)
            Issue.record("\(text) is no strategy")
        } catch {
            #expect(error.code == .invalid)
            let fault = try #require(error.fields.first)
            #expect(fault.field == "strategy")
            #expect(fault.message.contains("random, round_robin, weight"))
            #expect(!fault.message.contains("\u{1b}"))
        }
    }

    @Test func candidateTakesOverWhatCounts() {
        let spec = InstanceSpec(host: "127.0.0.1", port: 80, status: .draining, weight: 65_535)
        let health = Health(state: .unknown, cause: .register, since: .epoch)
        let instance = Instance(
            id: "one", spec: spec, number: 1, incarnation: nil, health: health, createdAt: .epoch, updatedAt: .epoch,
            revision: .zero)
        #expect(Candidate(instance) == Candidate(id: "one", status: .draining, health: .unknown, weight: 6_553_500))
        #expect(
            Candidate(instance, share: 10)
                == Candidate(id: "one", status: .draining, health: .unknown, weight: 655_350, share: 10))
    }
}
