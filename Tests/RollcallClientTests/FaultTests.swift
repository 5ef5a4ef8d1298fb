import RegistryModel
import Testing

@testable import RollcallClient

/// What the client makes of peers that are away, busy, slow, or none of ours.
struct FaultTests {
    private static let version = "{\"version\": \"1.2.3\", \"registry_id\": \"abc\"}"
    private static let unavailable =
        "{\"type\": \"about:blank\", \"title\": \"Service Unavailable\", \"status\": 503, \"code\": \"store_unavailable\", \"detail\": \"Try again.\"}"

    private func configuration(_ port: Int) -> RollcallClientConfiguration {
        RollcallClientConfiguration(
            address: ServerAddress(host: "127.0.0.1", port: UInt16(port)),
            retries: RetryPolicy(attempts: 3, firstWait: .milliseconds(1), longestWait: .seconds(2)))
    }

    /// The error of asking for the version, with the number of requests that it took.
    private func failure(
        _ script: [ScriptedServer.Act], _ change: (inout RollcallClientConfiguration) -> Void = { _ in }
    ) async throws -> (error: RollcallClientError?, requests: [String]) {
        var result: (RollcallClientError?, [String]) = (nil, [])
        try await ScriptedServer.play(script) { server, port in
            var configuration = self.configuration(port)
            change(&configuration)
            await withRollcallClient(configuration) { client in
                do throws(RollcallClientError) { _ = try await client.version() } catch { result.0 = error }
            }
            result.1 = server.requests
        }
        return result
    }

    @Test func nobodyListens() async throws {
        // tcpmux: a port that systems give to nobody who asks for a free one, unlike one that another test just left.
        let port = 1
        let configuration = self.configuration(port)
        let error = await #expect(throws: RollcallClientError.self) {
            try await withRollcallClient(configuration) { try await $0.version() }
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "The registry at http://127.0.0.1:\(port) cannot be reached: connection refused.")
    }

    @Test func turnedAwayItComesBack() async throws {
        let (error, requests) = try await self.failure([
            .answer(503, headers: "Retry-After: 0\r\n", body: Self.unavailable), .answer(429),
            .answer(200, body: Self.version),
        ])
        #expect(error == nil)
        #expect(requests.count == 3)
    }

    @Test func turnedAwayForLongerThanItWaitsItSaysWhatTheServerSaid() async throws {
        let (error, requests) = try await self.failure([
            .answer(503, headers: "Retry-After: 60\r\n", body: Self.unavailable)
        ])
        #expect(error?.code == .refused)
        #expect(error?.problem?.code == "store_unavailable")
        #expect(error?.problem?.retryAfter == .seconds(60))
        #expect(error?.description == "Try again.")
        #expect(requests.count == 1)
    }

    @Test func theNumberOfAttemptsIsBounded() async throws {
        let script = [ScriptedServer.Act](repeating: .answer(503, headers: "Retry-After: 0\r\n"), count: 10)
        let (error, requests) = try await self.failure(script)
        #expect(error?.problem?.status == 503)
        #expect(error?.description == "The server answered with status 503.")
        #expect(requests.count == 3)
    }

    @Test func aProblemIsNotAskedForAgainAndNamesEveryField() async throws {
        let problem =
            "{\"type\": \"about:blank\", \"title\": \"x\", \"status\": 422, \"code\": \"invalid\", \"detail\": \"Two are wrong.\", \"errors\": [{\"field\": \"a\", \"message\": \"is 1\"}, {\"field\": \"b\", \"message\": \"is 2\"}]}"
        let (error, requests) = try await self.failure([.answer(422, body: problem)])
        #expect(
            error?.problem?.fields == [
                FieldError(field: "a", message: "is 1"), FieldError(field: "b", message: "is 2"),
            ])
        #expect(error?.description == "Two are wrong.\n  a is 1\n  b is 2")
        #expect(requests.count == 1)
    }

    @Test func aConnectionThatIsLostBeforeTheAnswerIsTriedAgain() async throws {
        let (error, requests) = try await self.failure([
            .bytesThenClose(""), .bytesThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            .answer(200, body: Self.version),
        ])
        #expect(error == nil)
        #expect(requests.count == 3)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf an ans"])
    func silenceEndsByTheTimeLimit(start: String) async throws {
        let script = [ScriptedServer.Act](repeating: .bytes(start), count: 3)
        let (error, requests) = try await self.failure(script) { $0.requestTimeout = .seconds(5) }
        #expect(error?.code == .timeout)
        #expect(requests.count == 3)
    }

    @Test(arguments: [
        "<html>hello</html>", "", "{\"version\":", "[]", "null", "{\"registry_id\": 7}", "\u{0}\u{1}",
    ])
    func anAnswerThatIsNoneOfOurs(body: String) async throws {
        let (error, _) = try await self.failure([.answer(200, body: body)])
        #expect(error?.code == .badAnswer)
    }

    @Test func aPeerThatDoesNotSpeakHTTP() async throws {
        let (error, _) = try await self.failure([.bytesThenClose("220 mail.example ESMTP\r\n")]) { $0.retries = .never }
        #expect(error != nil)
        #expect(error?.code == .badAnswer || error?.code == .unreachable)
    }

    @Test func anAnswerThatIsTooLargeIsNotTakenIn() async throws {
        let body = "{\"version\": \"" + String(repeating: "x", count: 5_000) + "\"}"
        let (error, _) = try await self.failure([.answer(200, body: body)]) { $0.largestAnswer = 1_000 }
        #expect(error?.code == .badAnswer)
    }

    @Test func aRedirectIsNotFollowedSoTheTokenStays() async throws {
        let (error, requests) = try await self.failure([
            .answer(307, headers: "Location: http://127.0.0.2:9/v1/version\r\n")
        ]) { $0.token = try? AccessToken("secret") }
        #expect(error?.code == .badAnswer)
        #expect(error?.message.contains("http://127.0.0.2:9") == true)
        #expect(requests.count == 1)
    }

    @Test func theTokenAndTheNameAreSentAndNeverShown() async throws {
        let (error, requests) = try await self.failure([.answer(401)]) {
            $0.token = try? AccessToken("s3cr3t")
            $0.clientName = "tests"
        }
        let head = requests.first?.lowercased() ?? ""
        #expect(head.contains("authorization: bearer s3cr3t\r\n"))
        #expect(head.contains("rollcall-client: tests\r\n"))
        #expect(error.map { "\($0)" }?.contains("s3cr3t") == false)
    }

    @Test func cancellationEndsTheWait() async throws {
        try await ScriptedServer.play([]) { server, port in
            let configuration = self.configuration(port)
            let error = await withTaskGroup(of: RollcallClientError?.self) { group in
                group.addTask {
                    await withRollcallClient(configuration) { client in
                        do throws(RollcallClientError) { _ = try await client.version() } catch { return error }
                        return nil
                    }
                }
                while server.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
        }
    }

    @Test(arguments: ["", "..", "a/b", "a b", "ü"])
    func aNameThatIsNoneIsRefusedBeforeItIsSent(name: String) async throws {
        try await ScriptedServer.play([]) { server, port in
            await withRollcallClient(self.configuration(port)) { client in
                let discovering = await #expect(throws: RollcallClientError.self) {
                    try await client.discover(client.service(name))
                }
                let deregistering = await #expect(throws: RollcallClientError.self) {
                    try await client.deregister(client.instance(name, of: "a"))
                }
                #expect(discovering?.code == .badConfiguration)
                #expect(deregistering?.code == .badConfiguration)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func aChangeOnConditionIsNotSentTwiceWhenItMayHaveBeenMade() async throws {
        try await ScriptedServer.play([.bytesThenClose(""), .answer(200)]) { server, port in
            await withRollcallClient(self.configuration(port)) { client in
                let error = await #expect(throws: RollcallClientError.self) {
                    try await client.update(client.instance("i", of: "a"), InstancePatch(), ifMatch: "\"x-1\"")
                }
                #expect(error?.code == .unreachable)
            }
            #expect(server.requests.count == 1)
            #expect(server.requests[0].lowercased().contains("if-match: \"x-1\""))
        }
    }
}
