import RegistryModel
import Testing

@testable import RollcallClient

struct NodeChoiceTests {
    private static let nodes = (1...3).map { ServerAddress(host: "127.0.0.\($0)", port: 8080) }

    private static func choice(_ count: Int = 3) -> NodeChoice {
        NodeChoice(Self.nodes[0], Array(Self.nodes[1..<count]))
    }

    @Test func theFirstIsAskedUntilItFails() {
        var choice = Self.choice()
        #expect(choice.current == Self.nodes[0])
        choice.leave(Self.nodes[0])
        #expect(choice.current == Self.nodes[1])
        choice.leave(Self.nodes[1])
        choice.leave(Self.nodes[2])
        #expect(choice.current == Self.nodes[0])
    }

    /// Many requests fail at once when a node does.
    @Test func whoeverFailsLaterDoesNotMoveOnAgain() {
        var choice = Self.choice()
        for _ in 0..<5 { choice.leave(Self.nodes[0]) }
        #expect(choice.current == Self.nodes[1])
    }

    @Test func oneThatIsAloneIsAskedAgain() {
        var choice = Self.choice(1)
        choice.leave(Self.nodes[0])
        #expect(choice.current == Self.nodes[0])
    }

    @Test func theNewestRevisionIsKeptWhereThereAreSeveral() {
        var choice = Self.choice(2)
        for revision: Int64 in [3, 9, 4] { choice.note(Revision(revision), of: nil, at: Self.nodes[0]) }
        #expect(choice.seen == Revision(9))
        var alone = Self.choice(1)
        alone.note(Revision(9), of: "r-1", at: Self.nodes[0])
        #expect(alone.seen == .zero)
    }

    // MARK: Another registry

    /// What some nodes showed, one after the other: which node, which registry and which revision.
    private static func choice(after shown: [(node: Int, registry: String?, revision: Int64)]) -> NodeChoice {
        var choice = Self.choice()
        for (node, registry, revision) in shown {
            choice.note(Revision(revision), of: registry, at: Self.nodes[node])
        }
        return choice
    }

    @Test func whereItIsTheSameNothingIsForgotten() {
        for other in ["r-1", nil] {
            let choice = Self.choice(after: [(0, "r-1", 9), (1, other, 4), (0, other, 3), (2, other, 1)])
            #expect(choice.registry == "r-1")
            #expect(choice.seen == Revision(9))
        }
        #expect(Self.choice(after: [(0, nil, 9), (0, "r-1", 4)]).seen == Revision(9), "the first name is no other one")
    }

    /// After everything was wiped.
    @Test func oneThatBeginsAnewIsFollowedOnceNobodyShowsTheOneBefore() {
        var choice = Self.choice(after: [(0, "r-1", 9), (1, "r-1", 8)])
        choice.note(Revision(2), of: "r-2", at: Self.nodes[0])
        #expect(choice.registry == "r-1")
        #expect(choice.seen == Revision(9))
        choice.note(Revision(1), of: "r-2", at: Self.nodes[1])
        #expect(choice.registry == "r-2")
        #expect(choice.seen == Revision(1))
        choice.note(Revision(2), of: "r-2", at: Self.nodes[0])
        #expect(choice.seen == Revision(2))
    }

    @Test func aNodeThatIsGoneShowsNothing() {
        var choice = Self.choice(after: [(0, "r-1", 9), (1, "r-1", 8), (0, "r-2", 2)])
        choice.leave(Self.nodes[1])
        choice.note(Revision(2), of: "r-2", at: Self.nodes[0])
        #expect(choice.seen == Revision(9), "one that is only busy still shows it")
        choice.lose(Self.nodes[1])
        choice.note(Revision(2), of: "r-2", at: Self.nodes[0])
        #expect(choice.seen == Revision(2))
        #expect(choice.current == Self.nodes[0])
    }

    /// An operator adopted it: it goes on above the one before, and a node that is late must not take a reader back.
    @Test func oneThatIsTakenOverIsFollowedAtOnceAndTheOneBeforeNoMore() {
        var choice = Self.choice(after: [(0, "r-1", 9), (1, "r-1", 8), (0, "r-2", 20)])
        #expect(choice.registry == "r-2")
        #expect(choice.seen == Revision(20))
        choice.note(Revision(10), of: "r-1", at: Self.nodes[1])
        #expect(choice.registry == "r-2")
        #expect(choice.seen == Revision(20))
    }

    @Test func whoeverAsksOneNodeFollowsIt() {
        var alone = Self.choice(1)
        for registry in ["r-1", "r-2"] {
            alone.note(Revision(1), of: registry, at: Self.nodes[0])
            #expect(alone.registry == registry)
        }
    }

    @Test(arguments: [
        (RetryPolicy.Failure.notSent, true, true), (.notSent, false, true), (.unclear, true, true),
        (.unclear, false, false), (.turnedAway(retryAfter: nil), false, true),
        (.turnedAway(retryAfter: .seconds(60)), true, true), (.final, true, false), (.final, false, false),
    ])
    func anotherIsAskedWhereThatDoesNoHarm(failure: RetryPolicy.Failure, isRepeatable: Bool, mayAsk: Bool) {
        #expect(RetryPolicy.mayAskAnother(after: failure, repeatable: isRepeatable) == mayAsk)
    }

    // MARK: Addresses

    @Test(arguments: [
        ("127.0.0.1:1", ["http://127.0.0.1:1"]), ("a:1,b:2", ["http://a:1", "http://b:2"]),
        ("a:1, b , https://[::1]:3/", ["http://a:1", "http://b:8080", "https://[::1]:3"]),
    ])
    func severalAddresses(text: String, urls: [String]) throws {
        let configuration = try RollcallClientConfiguration(environment: ["ROLLCALL_ADDRESS": text])
        #expect(([configuration.address] + configuration.alternatives).map(\.description) == urls)
        var other = RollcallClientConfiguration()
        try other.use(addresses: text)
        #expect(other.address == configuration.address)
        #expect(other.alternatives == configuration.alternatives)
    }

    @Test(arguments: [",", "a:1,", ",a:1", "a:1,,b:2", "a:1;b:2", "a:1 b:2"])
    func anAddressThatIsNoneIsRefused(text: String) {
        let error = #expect(throws: RollcallClientError.self) {
            try RollcallClientConfiguration(environment: ["ROLLCALL_ADDRESS": text])
        }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("ROLLCALL_ADDRESS") == true)
    }
}
