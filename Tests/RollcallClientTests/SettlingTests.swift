import RegistryModel
import Testing

@testable import RollcallClient

/// An operator's word on which history counts: it is the history of the node that is asked which is given up or written back.
struct SettlingTests {
    private static let cluster = ScriptedServer.Act.answer(
        200, body: #"{"registry_id": "abc", "type": "etcd", "revision": 7, "source": "cache", "members": []}"#)
    private static let version = ScriptedServer.Act.answer(200, body: #"{"version": "1", "registry_id": "abc"}"#)
    /// tcpmux: a port that systems give to nobody who asks for a free one.
    private static let nobody = ServerAddress(host: "127.0.0.1", port: 1)

    /// Runs `body` with a client that asks `first`, and then the node that plays `script`.
    private func play(
        at first: ServerAddress, then script: [ScriptedServer.Act],
        _ body: (RollcallClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.play(script) { other, port in
            let configuration = RollcallClientConfiguration(
                address: first, alternatives: [ServerAddress(host: "127.0.0.1", port: UInt16(port))],
                requestTimeout: .seconds(120), connectTimeout: .seconds(120),
                retries: RetryPolicy(attempts: 3, firstWait: .milliseconds(1), longestWait: .seconds(60)))
            try await withRollcallClient(configuration) { try await body($0, other) }
        }
    }

    private func play(
        _ one: [ScriptedServer.Act], then other: [ScriptedServer.Act],
        _ body: (RollcallClient, ScriptedServer, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.play(one) { first, port in
            try await self.play(at: ServerAddress(host: "127.0.0.1", port: UInt16(port)), then: other) {
                try await body($0, first, $1)
            }
        }
    }

    private static func targets(_ server: ScriptedServer) -> [String] {
        server.requests.map { String($0.prefix { !$0.isNewline }) }
    }

    /// However soon it may be asked again.
    @Test(arguments: ClusterVerdict.allCases, ["", "Retry-After: 0\r\n", "Retry-After: 1\r\n", "Retry-After: 600\r\n"])
    func whoeverTurnsItAwayIsTheOnlyOneToldAndOnce(verdict: ClusterVerdict, headers: String) async throws {
        try await self.play([.answer(503, headers: headers), Self.version], then: [Self.cluster]) {
            client, first, other in
            let error = await #expect(throws: RollcallClientError.self) { try await client.settleCluster(verdict) }
            #expect(error?.problem?.status == 503)
            #expect(Self.targets(first) == ["POST /v1/cluster/\(verdict.rawValue) HTTP/1.1"])
            _ = try await client.version()
            #expect(first.requests.count == 2, "it moves nobody else to another node")
            #expect(other.requests.isEmpty)
        }
    }

    @Test(arguments: ClusterVerdict.allCases)
    func whereNobodyListensNoOtherIsTold(verdict: ClusterVerdict) async throws {
        try await self.play(at: Self.nobody, then: [Self.cluster]) { client, other in
            let error = await #expect(throws: RollcallClientError.self) { try await client.settleCluster(verdict) }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("\(Self.nobody)") == true)
            #expect(error?.message.contains("no other node was told") == true)
            #expect(other.requests.isEmpty)
        }
    }

    /// Between the look and the word other requests may have moved on, or the node may have died.
    @Test func theNodeThatWasLookedAtIsToldThoughAnotherIsAskedByNow() async throws {
        try await self.play([Self.cluster, .answer(503), Self.cluster], then: [Self.version]) { client, first, other in
            let shown = try await client.cluster()
            _ = try await client.version()
            #expect(other.requests.count == 1)
            let settled = try await client.settleCluster(.reseed, at: shown.address)
            #expect(settled.address == shown.address)
            #expect(
                Self.targets(first)
                    == ["GET /v1/cluster HTTP/1.1", "GET /v1/version HTTP/1.1", "POST /v1/cluster/reseed HTTP/1.1"])
            let error = await #expect(throws: RollcallClientError.self) {
                try await client.settleCluster(.reseed, at: Self.nobody)
            }
            #expect(error?.message.contains("\(Self.nobody)") == true)
            #expect(other.requests.count == 1)
        }
    }

    // MARK: Without an answer

    @Test(arguments: ClusterVerdict.allCases)
    func whatMayStillRunIsSaidToDoSo(verdict: ClusterVerdict) async throws {
        try await self.play([], then: [Self.cluster]) { client, first, other in
            let error = await #expect(throws: RollcallClientError.self) {
                try await client.settleCluster(verdict, timeout: .seconds(5))
            }
            #expect(error?.code == .timeout)
            Self.expectCaution(error, verdict)
            #expect(first.requests.count == 1)
            #expect(other.requests.isEmpty)
        }
        try await self.play([.bytesThenClose("")], then: [Self.cluster]) { client, _, other in
            let error = await #expect(throws: RollcallClientError.self) { try await client.settleCluster(verdict) }
            #expect(error?.code == .unreachable)
            Self.expectCaution(error, verdict)
            #expect(other.requests.isEmpty)
        }
    }

    private static func expectCaution(_ error: RollcallClientError?, _ verdict: ClusterVerdict) {
        #expect(error?.message.contains("The \(verdict.rawValue) may still be running") == true)
        #expect(error?.message.contains("`rollcall cluster`") == true)
        #expect(error?.message.contains("do not answer it with `rollcall cluster adopt`") == (verdict == .reseed))
    }

    /// It writes back all there is, so it may take longer than any other request.
    @Test func itIsWaitedForLongerThanOthers() async throws {
        try await ScriptedServer.play([Self.cluster]) { _, port in
            let configuration = RollcallClientConfiguration(
                address: ServerAddress(host: "127.0.0.1", port: UInt16(port)), requestTimeout: .zero,
                connectTimeout: .seconds(120))
            try await withRollcallClient(configuration) { client in
                let settled = try await client.settleCluster(.reseed)
                #expect(settled.value.registryID == "abc")
            }
        }
    }
}
