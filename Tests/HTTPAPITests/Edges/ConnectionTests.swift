import HTTPAPI
import HTTPSupport
import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Connections", .timeLimit(.minutes(2)))
struct ConnectionTests {
    @Test func hundredsOfSlowAndHalfOpenConnectionsAreClosedInTimeAndHoldUpNobody() async throws {
        try await TestServer.run {
            $0.configuration.listener.headerTimeLimit = .seconds(20)
        } _: { server in
            try await server.register()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<300 {
                    group.addTask {
                        try await Connection.open(port: server.port) { connection in
                            if index % 3 == 1 { try await connection.send("GET /v1/services/payments HTTP/1.1\r\nHos") }
                            if index % 3 == 2 { try await connection.send("G") }
                            return await connection.waitUntilClosed()
                        }
                    }
                }
                try await eventually { server.metrics.connections.value >= 200 }
                #expect(try await server.discovered().count == 1, "others are served meanwhile")
                for try await isClosed in group { #expect(isClosed) }
            }
            try await eventually { server.metrics.connections.value == 0 }
        }
    }

    @Test func aHeaderThatDribblesIsClosedWithinTheBound() async throws {
        try await TestServer.run {
            $0.configuration.listener.headerTimeLimit = .milliseconds(500)
        } _: { server in
            try await Connection.open(port: server.port) { connection in
                let start = ContinuousClock.now
                await withThrowingTaskGroup(of: Void.self) { group in
                    let channel = connection.channel
                    group.addTask {
                        for letter in "GET /livez HTTP/1.1\r\nX: \(String(repeating: "y", count: 1_000))" {
                            try await channel.writeAndFlush(NIOBytes.buffer(String(letter)))
                            try await Task.sleep(for: .milliseconds(50))
                        }
                    }
                    #expect(await connection.waitUntilClosed())
                    group.cancelAll()
                    while let result = await group.nextResult() { _ = result }
                }
                #expect(ContinuousClock.now - start < .seconds(30))
            }
        }
    }

    @Test func anIdleConnectionIsClosedAndABusyOneIsNot() async throws {
        try await TestServer.run {
            $0.configuration.listener.idleTimeLimit = .seconds(10)
        } _: { server in
            try await Connection.open(port: server.port) { connection in
                for path in ["/livez", "/v1/services/nobody", "/v1/version"] {
                    try await connection.send(TestServer.message("GET", path))
                    _ = try await connection.reply()
                }
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func aBodyThatDoesNotArriveIs408() async throws {
        try await TestServer.run {
            $0.configuration.listener.receiveTimeLimit = .milliseconds(300)
        } _: { server in
            for path in ["/v1/instances", "/v1/services/payments/instances/x/health"] {
                try await Connection.open(port: server.port) { connection in
                    let method = path == "/v1/instances" ? "POST" : "PUT"
                    try await connection.send(
                        "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
                    )
                    let reply = try await connection.reply()
                    #expect(reply.status == 408)
                    #expect(reply.code == "timeout")
                    #expect(await connection.waitUntilClosed())
                }
            }
        }
    }

    @Test func moreConnectionsThanAllowedWaitForOneToClose() async throws {
        try await TestServer.run {
            $0.configuration.listener.maximumConnections = 8
        } _: { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { try await server.get("/livez").status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.metrics.connections.value <= 40)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                let messages = [
                    TestServer.message("GET", "/v1/services/payments"), TestServer.message("GET", "/v1/version"),
                    TestServer.message("GET", "/v1/services/payments"),
                    TestServer.message("PUT", "/v1/services/payments/instances/127.0.0.11:8080/health", body: "{}"),
                    TestServer.message("GET", "/v1/services/nobody"),
                    TestServer.message("GET", "/v1/services/payments"),
                ]
                try await connection.send(messages.joined())
                let first = try await connection.reply()
                #expect(first.json["services"].array.count == 1)
                #expect(try await connection.reply().json["version"].string == "1.2.3-test")
                #expect(try await connection.reply().body == first.body)
                #expect(try await connection.reply().json["instance_id"].string == "127.0.0.11:8080")
                #expect(try await connection.reply().status == 404)
                #expect(try await connection.reply().body == first.body)
            }
        }
    }

    @Test(arguments: ["Connection: close\r\n", "Connection: Close\r\n", ""])
    func aConnectionIsClosedWhenItsClientWantsThat(_ header: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                let version = header.isEmpty ? "1.0" : "1.1"
                try await connection.send("GET /v1/services/payments HTTP/\(version)\r\nHost: x\r\n\(header)\r\n")
                var reply = try await connection.head()
                reply.body = try await connection.bytes(Int(reply["content-length"] ?? "0") ?? 0)
                #expect(reply.status == 200)
                #expect(reply["connection"] == "close")
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func aClientThatAsksBeforeItSendsIsToldToGoOnOrNot() async throws {
        try await TestServer.run {
            $0.configuration.bodyBytes = 1_000
        } _: { server in
            let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST /v1/instances HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                )
                #expect(try await connection.head().status == 100)
                try await connection.send(body)
                #expect(try await connection.reply().status == 201)
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST /v1/instances HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                )
                #expect(try await connection.reply().status == 413)
            }
        }
    }

    @Test func whatIsCutOffHalfWayIsNotDone() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
                try await connection.send(
                    "POST /v1/instances HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count + 1)\r\n\r\n\(body)"
                )
            }
            try await eventually { server.metrics.connections.value == 0 }
            #expect(server.catalog.counts.instances == 0)
        }
    }
}
