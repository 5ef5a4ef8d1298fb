import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServiceLifecycle
import Testing

/// A registration that is answered on the event loop: what else happens on its connection while its commit is on the way, and
/// that its answers are those of the router.
@Suite("Registrations without a task", .timeLimit(.minutes(2)))
struct DirectRegistrationTests {
    private static func body(_ port: Int, incarnation: Int? = nil) -> String {
        let incarnation = incarnation.map { ", \"incarnation\": \($0)" } ?? ""
        return #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.1", "port": \#(port)\#(incarnation)}}"#
    }

    private static func message(_ port: Int) -> String {
        TestServer.message("POST", "/v1/instances", body: self.body(port))
    }

    private static let discover = TestServer.message("GET", "/v1/services/payments")

    @Test func requestsBehindItAreAnsweredAfterIt() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                server.store.hold()
                let messages = [
                    Self.message(1), Self.discover, Self.message(2), TestServer.message("GET", "/v1/version"),
                    Self.message(3), Self.discover,
                ]
                try await connection.send(messages.joined())
                await server.store.waitForHeld()
                server.store.release()
                #expect(try await connection.reply().status == 201)
                #expect(try await connection.reply().json["services"][0]["instances"].array.count == 1)
                #expect(try await connection.reply().status == 201)
                #expect(try await connection.reply().json["version"].string == "1.2.3-test")
                #expect(try await connection.reply().status == 201)
                #expect(try await connection.reply().json["services"][0]["instances"].array.count == 3)
                // The connection goes on as any other.
                try await connection.send(Self.discover)
                #expect(try await connection.reply().status == 200)
            }
        }
    }

    @Test func whatComesInPiecesBehindItIsReadAfterIt() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                server.store.hold()
                try await connection.send(Self.message(1))
                await server.store.waitForHeld()
                let second = Self.message(2)
                try await connection.send(String(second.prefix(60)))
                try await connection.send(String(second.dropFirst(60)))
                server.store.release()
                #expect(try await connection.reply().status == 201)
                #expect(try await connection.reply().status == 201)
            }
        }
    }

    @Test func aClientThatHasSentEverythingGetsItsAnswer() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                server.store.hold()
                try await connection.send(Self.message(1))
                connection.finishSending()
                await server.store.waitForHeld()
                server.store.release()
                #expect(try await connection.reply().status == 201)
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func whatAClientAskedForIsDoneThoughItHasLeft() async throws {
        try await TestServer.run { server in
            server.store.hold()
            try await Connection.open(port: server.port) { connection in
                try await connection.send(Self.message(1))
                await server.store.waitForHeld()
                #expect(server.metrics.requestsInFlight.value == 1)
            }
            server.store.release()
            try await eventually { server.metrics.requestsInFlight.value == 0 }
            try await eventually { server.metrics.connections.value == 0 }
            #expect(server.metrics.operation("register").answers(ofClass: 2) == 1, "it is booked")
            #expect(try await server.discovered() == ["127.0.0.1:1"])
        }
    }

    @Test func aGracefulStopWaitsForItsAnswer() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                server.store.hold()
                try await connection.send(Self.message(1) + Self.discover)
                await server.store.waitForHeld()
                await server.group.triggerGracefulShutdown()
                server.store.release()
                #expect(try await connection.reply().status == 201)
                #expect(try await connection.reply().json["services"][0]["instances"].array.count == 1)
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func manyOnOneConnectionAreAnsweredOneAfterAnother() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send((1...300).map { Self.message($0) }.joined())
                connection.finishSending()
                for port in 1...300 {
                    let reply = try await connection.reply()
                    #expect(reply.status == 201)
                    #expect(reply.json["instance"]["port"].int == port)
                }
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func aClientThatSendsFarMoreThanItReadsHoldsUpNobody() async throws {
        try await TestServer.run { server in
            server.store.hold()
            try await Connection.open(port: server.port) { connection in
                // As much as sockets hold, and then the end: the server is not asked whether it wants to read that.
                try await connection.send((1...1_200).map { Self.message($0) }.joined())
                connection.finishSending()
                await server.store.waitForHeld()
                server.store.release()
                #expect(try await server.register("other").status == 201)
                #expect(await connection.waitUntilClosed())
            }
            try await eventually { server.metrics.requestsInFlight.value == 0 }
        }
    }

    @Test func aRegistrationInALargeServiceIsAnsweredAlike() async throws {
        try await TestServer.run { server in
            for batch in 0..<2 {
                let items = (1...600).map { Self.body(batch * 600 + $0) }.joined(separator: ",")
                let reply = try await server.request("POST", "/v1/instances/batch", body: "{\"instances\": [\(items)]}")
                #expect(reply.status == 200)
            }
            try self.expectSame(try await self.bothWays(server, Self.body(1_200)), 200)
        }
    }

    /// The same request by the direct way and, with a query, through the router.
    private func bothWays(_ server: TestServer, _ body: String, _ prepare: () -> Void = {}) async throws -> [Reply] {
        var replies: [Reply] = []
        for target in ["/v1/instances", "/v1/instances?namespace=default"] {
            prepare()
            replies.append(try await server.request("POST", target, body: body))
        }
        return replies
    }

    private func expectSame(_ replies: [Reply], _ status: Int) throws {
        let (direct, routed) = (try #require(replies.first), try #require(replies.last))
        #expect(direct.status == status, "\(direct.text)")
        #expect(direct.status == routed.status)
        #expect(direct.json == routed.json)
        func headers(_ reply: Reply) -> [String] {
            reply.headers.filter { !["date", "rollcall-age"].contains($0.name) }.map { "\($0.name): \($0.value)" }
                .sorted()
        }
        #expect(headers(direct) == headers(routed))
    }

    @Test func itsAnswersAreThoseOfTheRouter() async throws {
        try await TestServer.run { server in
            try await server.register(port: 7, more: "\"incarnation\": 9")
            _ = try await server.request("POST", "/v1/instances", body: Self.body(1, incarnation: 9))
            // What is there already is answered without a commit, so both see the same.
            try self.expectSame(try await self.bothWays(server, Self.body(1, incarnation: 9)), 200)
            try self.expectSame(try await self.bothWays(server, Self.body(1, incarnation: 8)), 409)
            try self.expectSame(try await self.bothWays(server, Self.body(70_000)), 422)
            try self.expectSame(try await self.bothWays(server, "{"), 400)
            for code in [StoreError.Code.full, .unavailable] {
                let replies = try await self.bothWays(server, Self.body(2)) {
                    server.store.plan(.fail(StoreError(code, "planned")))
                }
                try self.expectSame(replies, 503)
                #expect(replies.allSatisfy { $0["retry-after"] != nil })
            }
        }
    }

    @Test func itIsCountedAndWrittenDownAsAnyOther() async throws {
        try await TestServer.run { server in
            _ = try await server.request("POST", "/v1/instances", body: Self.body(1))
            _ = try await server.request("POST", "/v1/instances?namespace=default", body: Self.body(2))
            let operation = server.metrics.operation("register")
            #expect(operation.answers(ofClass: 2) == 2)
            #expect(operation.duration.cumulative.last == 2)
            let page = try await server.store.records(matching: HistoryQuery(order: .ascending))
            #expect(page.records.map(\.actor) == ["127.0.0.1", "127.0.0.1"])
        }
    }
}
