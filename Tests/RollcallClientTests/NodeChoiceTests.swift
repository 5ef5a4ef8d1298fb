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
        for revision: Int64 in [3, 9, 4] { choice.note(Revision(revision)) }
        #expect(choice.seen == Revision(9))
        var alone = Self.choice(1)
        alone.note(Revision(9))
        #expect(alone.seen == .zero)
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
