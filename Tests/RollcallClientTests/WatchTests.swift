import RegistryJSON
import RegistryModel
import Testing

@testable import RollcallClient

/// Watches over a real socket, cut and resumed.
struct WatchTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    private static let backoff = Backoff(first: .milliseconds(1), longest: .milliseconds(10))

    private static func change(_ service: String, _ revision: Int) -> String {
        "event: change\ndata: {\"namespace\":\"default\",\"service\":\"\(service)\",\"revision\":\(revision),\"changes\":[],\"instances\":[],\"removed\":[\"x\"]}\n"
    }

    /// The first events of a watch against a script, as short texts, with the requests that were made.
    private func events(
        _ count: Int, of script: [ScriptedServer.Act], _ change: (inout RollcallClientConfiguration) -> Void = { _ in }
    ) async throws -> (events: [String], error: RollcallClientError?, requests: [String]) {
        var result: (events: [String], error: RollcallClientError?, requests: [String]) = ([], nil, [])
        try await ScriptedServer.play(script) { server, port in
            // A busy machine must not look like a server that does not answer.
            var configuration = RollcallClientConfiguration(
                address: ServerAddress(host: "127.0.0.1", port: UInt16(port)), requestTimeout: .seconds(120),
                connectTimeout: .seconds(120))
            change(&configuration)
            await withRollcallClient(configuration) { client in
                var iterator = client.watch(.services(["a", "b"]), backoff: Self.backoff).makeAsyncIterator()
                do throws(RollcallClientError) {
                    while result.events.count < count, let event = try await iterator.next() {
                        result.events.append(Self.text(event))
                    }
                } catch { result.error = error }
            }
            result.requests = server.requests
        }
        return result
    }

    private static func text(_ event: WatchEvent) -> String {
        switch event {
        case .interrupted: "interrupted"
        case .update(.snapshot(let key, let revision, _), _): "snapshot \(key.name) \(revision)"
        case .update(.change(let key, let revision, _, _, _), _): "change \(key.name) \(revision)"
        case .update(.gap(let key, let from, let to), _): "gap \(key.name) \(from) \(to)"
        case .update(.synced(let revision), _): "synced \(revision)"
        }
    }

    @Test func isResumedFromTheLastIDWithoutLossAndWithoutDoubles() async throws {
        let result = try await self.events(
            5,
            of: [
                .bytesThenClose(Self.head + Self.change("a", 4) + "id: 4\n\n" + Self.change("a", 5) + "\nevent: cha"),
                .bytesThenClose(""),
                .bytes(Self.head + Self.change("a", 5) + "\n" + Self.change("b", 5) + "id: 5\n\n"),
            ])
        #expect(result.events == ["change a 4", "change a 5", "interrupted", "interrupted", "change b 5"])
        try #require(result.requests.count == 3)
        #expect(!result.requests[0].lowercased().contains("last-event-id"))
        #expect(result.requests[1].lowercased().contains("last-event-id: 4\r\n"))
        #expect(result.requests[2].lowercased().contains("last-event-id: 4\r\n"))
        #expect(result.requests[0].hasPrefix("GET /v1/watch?service=a&service=b HTTP/1.1"))
    }

    private static func head(_ registry: String, _ revision: Int) -> String {
        Self.head.replacing(
            "\r\n\r\n", with: "\r\nRollcall-Registry: \(registry)\r\nRollcall-Revision: \(revision)\r\n\r\n")
    }

    /// One that is behind for ever, and one that has counted further meanwhile: neither knows what was told.
    @Test(arguments: [
        (
            ScriptedServer.Act.answer(503, headers: "Rollcall-Registry: r-2\r\nRollcall-Revision: 2\r\n"),
            ["interrupted", "interrupted"]
        ),
        (.bytes(head("r-2", 6) + change("a", 6) + "id: 6\n\n"), ["interrupted"]),
    ])
    func aWatchOfAnotherRegistryBeginsAnewWithAGap(act: ScriptedServer.Act, between: [String]) async throws {
        let result = try await self.events(
            4 + between.count,
            of: [
                .bytesThenClose(Self.head("r-1", 4) + Self.change("a", 4) + "id: 4\n\n"), act,
                .bytes(Self.head("r-2", 7) + Self.change("a", 7) + "id: 7\n\n"),
            ])
        #expect(result.events == ["change a 4"] + between + ["gap a 4 7", "gap b 4 7", "change a 7"])
        try #require(result.requests.count == 3)
        #expect(result.requests[1].lowercased().contains("last-event-id: 4\r\n"))
        #expect(!result.requests[2].lowercased().contains("last-event-id"))
    }

    @Test func aDrainIsConfirmedWhenTheNextEventIsAskedFor() async throws {
        let named = Self.head.replacing("\r\n\r\n", with: "\r\nRollcall-Watch-Id: w-1\r\n\r\n")
        let record =
            #"{"revision":5,"time":"2026-03-01T12:00:00Z","namespace":"default","service":"a","instance":"x","cause":"drain","actor":"c"}"#
        let drain = Self.change("a", 5).replacing("\"changes\":[]", with: "\"changes\":[\(record)]")
        let script: [ScriptedServer.Act] = [
            .bytes(named + Self.change("a", 4) + "id: 4\n\n" + drain + "id: 5\n\n" + Self.change("a", 6) + "id: 6\n\n"),
            .answer(200, body: "{}"),
        ]
        let told = try await self.events(2, of: script)
        #expect(told.events == ["change a 4", "change a 5"])
        #expect(told.requests.count == 1, "whoever has not asked for more may not be done with it")
        let done = try await self.events(3, of: script)
        #expect(done.events == ["change a 4", "change a 5", "change a 6"])
        try #require(done.requests.count == 2)
        #expect(done.requests[1].hasPrefix("PUT /v1/watches/w-1 HTTP/1.1"))
        #expect(done.requests[1].hasSuffix(#"{"revision":5}"#))
    }

    @Test func aConfirmationThatIsRefusedDoesNotDisturbTheWatch() async throws {
        let named = Self.head.replacing("\r\n\r\n", with: "\r\nRollcall-Watch-Id: w-1\r\n\r\n")
        let gap = "event: gap\ndata: {\"namespace\":\"default\",\"service\":\"a\",\"from\":1,\"to\":9}\n\n"
        let snapshot =
            #"{"namespace":"default","service":"a","revision":9,"snapshot":{"id":"default/a","namespace":"default","name":"a","instances":[]}}"#
        let result = try await self.events(
            3,
            of: [
                .bytes(
                    named + gap + "event: snapshot\ndata: \(snapshot)\nid: 9\n\n" + Self.change("a", 10) + "id: 10\n\n"),
                .answer(404),
            ])
        #expect(result.events == ["gap a 1 9", "snapshot a 9", "change a 10"])
        #expect(result.requests.count == 2)
    }

    @Test func gapsAreToldAndUnknownEventsPassedOver() async throws {
        let gap = "event: gap\ndata: {\"namespace\":\"default\",\"service\":\"a\",\"from\":1,\"to\":9}\n\n"
        let result = try await self.events(
            2, of: [.bytes(Self.head + "event: news\ndata: {}\n\n" + gap + "event: synced\ndata: {\"revision\":9}\n\n")]
        )
        #expect(result.events == ["gap a 1 9", "synced 9"])
    }

    @Test func aStreamOnWhichNothingComesIsTakenForDead() async throws {
        let result = try await self.events(
            3, of: [.bytes(Self.head + Self.change("a", 1) + "\n"), .bytes(Self.head + Self.change("a", 2) + "\n")]
        ) { $0.watchIdleTimeout = .seconds(4) }
        #expect(result.events == ["change a 1", "interrupted", "change a 2"])
    }

    @Test func anErrorThatTryingAgainWouldNotMendEndsIt() async throws {
        let problem =
            "{\"status\": 422, \"code\": \"invalid\", \"title\": \"\", \"type\": \"\", \"detail\": \"version is wrong.\"}"
        let result = try await self.events(1, of: [.answer(422, body: problem)])
        #expect(result.events.isEmpty)
        #expect(result.error?.problem?.code == "invalid")
    }

    @Test func aServerThatIsBusyIsAskedAgain() async throws {
        let result = try await self.events(
            3,
            of: [
                .answer(503), .answer(429, headers: "Retry-After: 0\r\n"),
                .bytes(Self.head + Self.change("a", 1) + "\n"),
            ])
        #expect(result.events == ["interrupted", "interrupted", "change a 1"])
    }

    @Test func anEventThatCannotBeReadEndsIt() async throws {
        let result = try await self.events(1, of: [.bytes(Self.head + "event: change\ndata: {\"service\":\n\n")])
        #expect(result.error?.code == .badAnswer)
        let large = try await self.events(1, of: [.bytes(Self.head + "data: " + String(repeating: "x", count: 2_000))])
        {
            $0.largestAnswer = 1_000
        }
        #expect(large.error?.code == .badAnswer)
    }
}
