import RegistryModel
import Testing

@testable import RollcallClient

/// Several nodes, of which some are away, busy or silent: over real sockets.
struct FailoverTests {
    private static let version = #"{"version": "1.2.3", "registry_id": "abc"}"#
    private static let sound = ScriptedServer.Act.answer(200, headers: "Rollcall-Revision: 7\r\n", body: Self.version)
    private static let busy = ScriptedServer.Act.answer(503, headers: "Retry-After: 60\r\n")

    private static func expectVersion(of client: RollcallClient) async throws {
        let version = try await client.version().value.version
        #expect(version == "1.2.3")
    }

    /// Runs `body` with a client of two nodes that play these scripts.
    private func play(
        _ one: [ScriptedServer.Act], _ other: [ScriptedServer.Act],
        _ change: (inout RollcallClientConfiguration) -> Void = { _ in },
        _ body: (RollcallClient, ScriptedServer, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.play(one) { first, port in
            try await ScriptedServer.play(other) { second, otherPort in
                var configuration = RollcallClientConfiguration(
                    address: ServerAddress(host: "127.0.0.1", port: UInt16(port)),
                    alternatives: [ServerAddress(host: "127.0.0.1", port: UInt16(otherPort))],
                    requestTimeout: .seconds(120), connectTimeout: .seconds(120),
                    retries: RetryPolicy(attempts: 2, firstWait: .milliseconds(1)))
                change(&configuration)
                try await withRollcallClient(configuration) { try await body($0, first, second) }
            }
        }
    }

    @Test func whereNobodyListensTheNextIsAskedAndFromThenOn() async throws {
        try await self.play([], [Self.sound, Self.sound]) {
            // tcpmux: a port that systems give to nobody who asks for a free one.
            $0.address = ServerAddress(host: "127.0.0.1", port: 1)
        } _: { client, _, second in
            try await Self.expectVersion(of: client)
            try await Self.expectVersion(of: client)
            #expect(second.requests.count == 2)
        }
    }

    /// Without the wait that the busy one asks for.
    @Test func oneThatTurnsAwayIsLeft() async throws {
        try await self.play([Self.busy], [Self.sound, Self.sound]) { client, first, second in
            try await Self.expectVersion(of: client)
            try await Self.expectVersion(of: client)
            #expect(first.requests.count == 1)
            #expect(second.requests.count == 2)
        }
    }

    @Test func oneThatIsSilentIsLeftWhenItsTimeIsOver() async throws {
        try await self.play([], [Self.sound]) {
            $0.requestTimeout = .seconds(5)
        } _: { client, first, second in
            try await Self.expectVersion(of: client)
            #expect(first.requests.count == 1)
            #expect(second.requests.count == 1)
        }
    }

    @Test func eachIsAskedAsOftenAsThePolicySays() async throws {
        let busy = [ScriptedServer.Act](repeating: .answer(503, headers: "Retry-After: 0\r\n"), count: 9)
        try await self.play(busy, busy) { client, first, second in
            let error = await #expect(throws: RollcallClientError.self) { try await client.version() }
            #expect(error?.problem?.status == 503)
            #expect(first.requests.count == 2)
            #expect(second.requests.count == 2)
        }
    }

    @Test func whatSaysNoSaysItForAll() async throws {
        try await self.play([.answer(404)], [Self.sound]) { client, first, second in
            let error = await #expect(throws: RollcallClientError.self) { try await client.version() }
            #expect(error?.isNotFound == true)
            #expect(second.requests.isEmpty)
        }
    }

    @Test func whatMayHaveBeenDoneIsNotDoneElsewhereUnlessTwiceIsOnce() async throws {
        try await self.play([.bytesThenClose("")], [.answer(200)]) { client, first, second in
            let error = await #expect(throws: RollcallClientError.self) {
                try await client.update(client.instance("i", of: "a"), InstancePatch(), ifMatch: "\"x-1\"")
            }
            #expect(error?.code == .unreachable)
            #expect(first.requests.count == 1)
            #expect(second.requests.isEmpty)
        }
    }

    // MARK: Never backwards

    @Test func readsNameTheNewestRevisionThatWasSeen() async throws {
        let newer = ScriptedServer.Act.answer(200, headers: "Rollcall-Revision: 9\r\n", body: Self.version)
        try await self.play([Self.sound, newer, Self.busy], [Self.sound]) { client, first, second in
            for _ in 0..<3 { _ = try await client.version() }
            #expect(first.requests.map(Self.leastRevision) == [nil, "7", "9"])
            #expect(second.requests.map(Self.leastRevision) == ["9"])
        }
    }

    @Test func whereThereIsOneNodeNothingIsNamed() async throws {
        try await self.play([Self.sound, Self.sound], []) {
            $0.alternatives = []
        } _: { client, first, _ in
            for _ in 0..<2 { _ = try await client.version() }
            #expect(first.requests.map(Self.leastRevision) == [nil, nil])
        }
    }

    /// Every node says that it does not show the revision yet, and never would.
    @Test func whereTheRegistryWasWipedWhatWasSeenIsForgotten() async throws {
        let before = ScriptedServer.Act.answer(
            200, headers: "Rollcall-Revision: 9\r\nRollcall-Registry: r-1\r\n", body: Self.version)
        let behind = ScriptedServer.Act.answer(
            503, headers: "Retry-After: 1\r\nRollcall-Revision: 2\r\nRollcall-Registry: r-2\r\n")
        let anew = ScriptedServer.Act.answer(
            200, headers: "Rollcall-Revision: 2\r\nRollcall-Registry: r-2\r\n", body: Self.version)
        try await self.play([before, behind], [anew, anew]) { client, first, second in
            #expect(try await client.version().registry == "r-1")
            for _ in 0..<2 {
                let answer = try await client.version()
                #expect(answer.registry == "r-2")
                #expect(answer.revision == Revision(2))
            }
            #expect(first.requests.map(Self.leastRevision) == [nil, "9"])
            #expect(second.requests.map(Self.leastRevision) == ["2", "2"])
        }
    }

    private static func leastRevision(_ request: String) -> String? {
        request.lowercased().split(separator: "\r\n").first { $0.hasPrefix("rollcall-min-revision: ") }
            .map { String($0.dropFirst("rollcall-min-revision: ".count)) }
    }

    // MARK: Watches

    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nRollcall-Watch-Id: w-1\r\nConnection: close\r\n\r\n"

    private static func change(_ revision: Int, cause: String = "register") -> String {
        let record =
            #"{"revision":\#(revision),"time":"2026-03-01T12:00:00Z","namespace":"default","service":"a","instance":"x","cause":"\#(cause)","actor":"c"}"#
        return
            "event: change\ndata: {\"namespace\":\"default\",\"service\":\"a\",\"revision\":\(revision),\"changes\":[\(record)],\"instances\":[],\"removed\":[\"x\"]}\nid: \(revision)\n\n"
    }

    @Test func aWatchGoesOnAtTheNextNodeFromWhereItWas() async throws {
        try await self.play(
            [.bytesThenClose(Self.head + Self.change(4))], [.bytes(Self.head + Self.change(5)), Self.sound]
        ) { client, first, second in
            var events = client.watch(
                .services(["a"]), backoff: Backoff(first: .milliseconds(1), longest: .milliseconds(10))
            ).makeAsyncIterator()
            var revisions: [Revision] = []
            while revisions.count < 2, let event = try await events.next() {
                if case .update(.change(_, let revision, _, _, _), _) = event { revisions.append(revision) }
            }
            #expect(revisions == [Revision(4), Revision(5)])
            #expect(first.requests.count == 1)
            #expect(second.requests.count == 1)
            #expect(second.requests.first?.lowercased().contains("last-event-id: 4\r\n") == true)
        }
    }

    /// The stream is known to the node that has it, and to no other.
    @Test func aDrainIsConfirmedToTheNodeThatToldOfIt() async throws {
        try await self.play(
            [.bytes(Self.head + Self.change(4, cause: "drain") + Self.change(5)), Self.busy, .answer(200, body: "{}")],
            [Self.sound]
        ) { client, first, second in
            var events = client.watch(.services(["a"])).makeAsyncIterator()
            _ = try await events.next()
            // Another request has found the node busy meanwhile.
            _ = try await client.version()
            _ = try await events.next()
            #expect(second.requests.count == 1)
            try #require(first.requests.count == 3)
            #expect(first.requests[2].hasPrefix("PUT /v1/watches/w-1 HTTP/1.1"))
        }
    }
}
