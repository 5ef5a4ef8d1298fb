import HTTPAPI
import HTTPSupport
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Blocking reads over a socket")
struct BlockingTests {
    private static func wait(_ server: TestServer, _ count: Int64 = 1) async throws {
        try await eventually { server.metrics.blockingReaders.value == count }
    }

    @Test func anIndexBelowTheRevisionIsAnsweredAtOnce() async throws {
        try await TestServer.run { server in
            try await server.register()
            #expect(try await server.get("/v1/services/payments?index=0&wait=10m").status == 200)
        }
    }

    @Test func itReturnsOnAnyChangeOfTheServiceFilteredOrNot() async throws {
        try await TestServer.run { server in
            try await server.register()
            async let reply = server.get("/v1/services/payments?index=1&tag=none&wait=60s")
            try await Self.wait(server)
            try await server.register("other")
            try await server.register(port: 2)
            let answer = try await reply
            #expect(answer.json["revision"].int == 3)
            #expect(answer.json["services"][0]["instances"].array.isEmpty)
        }
    }

    @Test func afterTheWaitItGivesTheCurrentAnswerOr304() async throws {
        try await TestServer.run { server in
            try await server.register()
            let path = "/v1/services/payments?index=1&wait=50ms"
            #expect(try await server.get(path).status == 200)
            let tag = "\"\(TestServer.registryTag)-1\""
            #expect(try await server.get(path, headers: [("If-None-Match", tag)]).status == 304)
        }
    }

    @Test func anIndexAboveWhatIsAppliedIsFromAnotherRegistryAndAnsweredAtOnce() async throws {
        try await TestServer.run { server in
            try await server.register()
            #expect(try await server.get("/v1/services/payments?index=4711&wait=10m").status == 200)
        }
    }

    @Test func aServiceThatDoesNotExistIsWaitedForThen404() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/v1/services/payments?wait=50ms").status == 404)
            #expect(try await server.get("/v1/services/payments?index=0&wait=50ms").status == 404)
            async let reply = server.get("/v1/services/payments?wait=60s")
            try await Self.wait(server)
            try await server.register()
            #expect(try await reply.status == 200)
        }
    }

    @Test func aHundredReadersSeeAChangeOnceAndThoseOfAnotherServiceNothing() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await server.register("other")
            try await withThrowingTaskGroup(of: (service: String, revision: Int?).self) { group in
                for index in 0..<110 {
                    let service = index < 100 ? "payments" : "other"
                    let seen = index < 100 ? 1 : 2
                    group.addTask {
                        let reply = try await server.get("/v1/services/\(service)?index=\(seen)&wait=10m")
                        return (service, reply.json["revision"].int)
                    }
                }
                try await Self.wait(server, 110)
                try await server.register(port: 2)
                for _ in 0..<100 {
                    let answer = try #require(try await group.next())
                    #expect(answer.service == "payments")
                    #expect(answer.revision == 3)
                }
                #expect(server.metrics.blockingReaders.value == 10)
                try await server.register("other", port: 2)
                for try await answer in group { #expect(answer == ("other", 4)) }
            }
        }
    }

    @Test func aClientThatLeavesIsForgotten() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.message("GET", "/v1/services/payments?index=1&wait=10m"))
                try await Self.wait(server)
            }
            try await Self.wait(server, 0)
        }
    }

    @Test func theConnectionCanBeUsedAgainAfterAWait() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                for _ in 0..<3 {
                    try await connection.send(TestServer.message("GET", "/v1/services/payments?index=1&wait=20ms"))
                    #expect(try await connection.reply().status == 200)
                    try await connection.send(TestServer.message("GET", "/v1/services/payments"))
                    #expect(try await connection.reply().status == 200)
                }
            }
        }
    }

    @Test func moreReadersThanAllowedAreShed() async throws {
        try await TestServer.run {
            $0.configuration.maximumWatches = 1
        } _: { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.message("GET", "/v1/services/payments?index=1&wait=10m"))
                try await Self.wait(server)
                let reply = try await server.get("/v1/services/payments?index=1&wait=10m")
                #expect(reply.status == 429)
                #expect(reply.code == "shed")
                #expect(reply["retry-after"] == "5")
                #expect(try await server.get("/v1/services/payments").status == 200)
            }
        }
    }
}
