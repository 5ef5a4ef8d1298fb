import HTTPAPI
import HTTPSupport
import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServiceLifecycle
import Testing

@Suite("Watchers that misbehave, and the server's end", .timeLimit(.minutes(5)))
struct WatchEdgeTests {
    @Test func moreWatchesThanAllowedAreShed() async throws {
        try await TestServer.run {
            $0.configuration.maximumWatches = 2
        } _: { server in
            try await EventReader.open(server, "?service=a") { _ in
                try await EventReader.open(server, "?service=b") { _ in
                    let reply = try await server.get("/v1/watch?service=c")
                    #expect(reply.status == 429)
                    #expect(reply.code == "shed")
                    #expect(reply["retry-after"] == "5")
                }
            }
            try await eventually("who leaves makes room") { server.metrics.openWatches.value == 0 }
            try await EventReader.open(server, "?service=c") { events in #expect(events.reply.status == 200) }
        }
    }

    @Test func aWatcherThatNeverReadsHoldsUpNobodyAndCostsNothing() async throws {
        try await TestServer.run { server in
            let filler = String(repeating: "x", count: 1_000)
            try await Connection.open(port: server.port, receiveBuffer: 4_096) { lazy in
                lazy.channel.setOption(.autoRead, value: false).whenFailure { Issue.record($0) }
                try await lazy.send(TestServer.message("GET", "/v1/watch?service=payments"))
                try await eventually { server.metrics.openWatches.value == 1 }
                // Far more than the sockets' buffers hold, so that the server has to stop writing to it.
                for round in 0..<12 {
                    let items = (0..<500).map { index in
                        """
                        {"service": {"name": "payments"}, "instance": {"host": "127.0.0.1", "port": \(index + 1),
                         "metadata": {"round": "\(round)", "filler": "\(filler)"}}}
                        """
                    }
                    let reply = try await server.request(
                        "POST", "/v1/instances/batch", body: "{\"instances\": [\(items.joined(separator: ","))]}")
                    #expect(reply.status == 200)
                }
                try await EventReader.open(server, "?service=payments") { events in
                    let snapshot = try await events.next()
                    #expect(snapshot?.data["snapshot"]["instances"].array.count == 500)
                }
                #expect(server.metrics.openWatches.value >= 1)
            }
            try await eventually { server.metrics.openWatches.value == 0 }
        }
    }

    @Test func aWatcherThatLeavesEverythingUnreadIsClosedAfterAWhile() async throws {
        try await TestServer.run {
            $0.configuration.listener.unreadTimeLimit = .milliseconds(500)
        } _: { server in
            try await server.registerMoreThanSocketsHold()
            try await Connection.open(port: server.port, receiveBuffer: 4_096) { lazy in
                lazy.channel.setOption(.autoRead, value: false).whenFailure { Issue.record($0) }
                try await lazy.send(TestServer.message("GET", "/v1/watch?service=payments"))
                try await eventually { server.metrics.openWatches.value == 1 }
                try await eventually { server.metrics.openWatches.value == 0 }
            }
        }
    }

    @Test func aSlowWatcherSkipsToTheNewestStateInOrder() async throws {
        try await TestServer.run {
            $0.settings.deltaLogEntriesPerService = 8
        } _: { server in
            try await Connection.open(port: server.port, receiveBuffer: 4_096) { connection in
                try await connection.send(TestServer.message("GET", "/v1/watch?service=payments"))
                try await eventually { server.metrics.openWatches.value == 1 }
                let filler = String(repeating: "x", count: 1_000)
                for round in 1...300 {
                    let pairs = (0..<20).map { "\"k\($0)\": \"\(filler)\"" }.joined(separator: ",")
                    try await server.register(more: "\"weight\": \(round), \"metadata\": {\(pairs)}")
                }
                let events = EventReader(connection: connection, reply: try await connection.head())
                var ids: [Int] = []
                var weight = 0
                var gaps = 0
                while weight < 300, let event = try await events.next() {
                    if event.name == "gap" { gaps += 1 }
                    if let id = event.id.flatMap({ Int($0) }) { ids.append(id) }
                    let instances = event.data["instances"].array + event.data["snapshot"]["instances"].array
                    weight = instances.last?["weight"].int ?? weight
                }
                #expect(weight == 300)
                #expect(ids == Array(Set(ids)).sorted(), "in order, and none twice")
                #expect(gaps >= 1, "it was too slow for the ring, and was told so")
                #expect(ids.count < 300)
            }
        }
    }

    @Test func onAGracefulStopTheStreamClosesWithARandomRetry() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                await server.group.triggerGracefulShutdown()
                #expect(try await events.next() == nil)
                let retry = try #require(events.retry)
                #expect((500...5_000).contains(retry))
            }
        }
    }

    @Test func onAGracefulStopBlockingReadsAreAnsweredAndReadyzSays503() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                // The second request is answered after the first one: when the server is stopping already.
                try await connection.send(TestServer.message("GET", "/v1/services/payments?index=1&wait=10m"))
                try await connection.send(TestServer.message("GET", "/readyz"))
                try await eventually { server.metrics.blockingReaders.value == 1 }
                await server.group.triggerGracefulShutdown()
                let blocked = try await connection.reply()
                #expect(blocked.status == 200)
                #expect(blocked.json["revision"].int == 1)
                let ready = try await connection.reply()
                #expect(ready.status == 503)
                #expect(ready.code == "not_ready")
                #expect(ready["retry-after"] != nil)
            }
        }
    }

    @Test func aWatcherThatNeverReadsDoesNotHoldUpTheStop() async throws {
        let start = ContinuousClock.now
        try await TestServer.run { server in
            try await server.registerMoreThanSocketsHold()
            try await Connection.open(port: server.port, receiveBuffer: 4_096) { lazy in
                lazy.channel.setOption(.autoRead, value: false).whenFailure { Issue.record($0) }
                try await lazy.send(TestServer.message("GET", "/v1/watch?service=payments"))
                try await eventually { server.metrics.openWatches.value == 1 }
                await server.group.triggerGracefulShutdown()
                try await eventually { server.metrics.openWatches.value == 0 }
            }
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
