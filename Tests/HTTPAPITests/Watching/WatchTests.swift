import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Watch over a socket", .timeLimit(.minutes(2)))
struct WatchTests {
    private static let instance = "/v1/services/payments/instances/127.0.0.11:8080"

    @Test func aSnapshotThenChangesWithTheirIDs() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments") { events in
                #expect(events.reply.status == 200)
                #expect(events.reply["content-type"] == "text/event-stream")
                #expect(events.reply["rollcall-watch-id"]?.isEmpty == false)
                #expect(events.reply["cache-control"] == "no-cache")
                let snapshot = try #require(try await events.next())
                #expect(snapshot.name == "snapshot")
                #expect(snapshot.data["namespace"].string == "default")
                #expect(snapshot.data["service"].string == "payments")
                #expect(snapshot.data["revision"].int == 1)
                #expect(snapshot.data["snapshot"]["instances"].array.count == 1)
                #expect(snapshot.id == "1")
                try await server.register(port: 2)
                let change = try #require(try await events.next())
                #expect(change.name == "change")
                #expect(change.data["revision"].int == 2)
                #expect(change.data["changes"][0]["cause"].string == "register")
                #expect(change.data["instances"][0]["id"].string == "127.0.0.11:2")
                #expect(change.data["removed"].array.isEmpty)
                #expect(change.id == "2")
            }
        }
    }

    @Test func anInstanceThatLeavesTheViewIsInRemovedWithItsCause() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                _ = try await server.request("PUT", Self.instance + "/health", body: #"{"status": "DOWN"}"#)
                let down = try #require(try await events.next())
                #expect(down.data["removed"][0].string == "127.0.0.11:8080")
                #expect(down.data["instances"].array.isEmpty)
                #expect(down.data["changes"][0]["cause"].string == "report")
                _ = try await server.request("PUT", Self.instance + "/health", body: #"{"status": "UP"}"#)
                let up = try #require(try await events.next())
                #expect(up.data["instances"][0]["id"].string == "127.0.0.11:8080")
                #expect(up.data["removed"].array.isEmpty)
                _ = try await server.request("PATCH", Self.instance, body: #"{"status": "DRAINING"}"#)
                #expect(try await events.next()?.data["removed"][0].string == "127.0.0.11:8080")
                _ = try await server.request("DELETE", Self.instance)
                try await server.register(port: 9)
                let later = try #require(try await events.next())
                #expect(
                    later.data["instances"][0]["id"].string == "127.0.0.11:9", "who had left the view leaves unseen")
            }
        }
    }

    @Test func withHealthAnyItStaysInInstances() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments&health=any") { events in
                _ = try await events.next()
                _ = try await server.request("PUT", Self.instance + "/health", body: #"{"status": "DOWN"}"#)
                let down = try #require(try await events.next())
                #expect(down.data["instances"][0]["health"].string == "DOWN")
                #expect(down.data["removed"].array.isEmpty)
                _ = try await server.request("DELETE", Self.instance)
                #expect(try await events.next()?.data["removed"][0].string == "127.0.0.11:8080")
            }
        }
    }

    @Test func aFilteredWatchHearsOnlyOfItsView() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments&tag=blue") { events in
                #expect(try await events.next()?.data["snapshot"]["instances"].array.isEmpty == true)
                try await server.register(port: 2)
                try await server.register("other", more: #""tags": ["blue"]"#)
                _ = try await server.request("PATCH", Self.instance, body: #"{"tags": ["blue"]}"#)
                let enters = try #require(try await events.next())
                #expect(enters.data["instances"][0]["id"].string == "127.0.0.11:8080")
                #expect(enters.id == "4")
                _ = try await server.request("PATCH", Self.instance, body: #"{"tags": []}"#)
                #expect(try await events.next()?.data["removed"][0].string == "127.0.0.11:8080")
                _ = try await server.request("PATCH", "/v1/services/payments", body: #"{"type": "http"}"#)
                let service = try #require(try await events.next())
                #expect(
                    service.data["changes"][0]["cause"].string == "update_service",
                    "the service itself is in every view")
            }
        }
    }

    @Test func aServiceThatDoesNotExistIsASnapshotWithoutInstancesAtRevisionZero() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=payments") { events in
                let snapshot = try #require(try await events.next())
                #expect(snapshot.data["revision"].int == 0)
                #expect(snapshot.data["snapshot"]["instances"].array.isEmpty)
                try await server.register()
                #expect(try await events.next()?.data["instances"].array.count == 1)
                _ = try await server.request("DELETE", Self.instance)
                _ = try await events.next()
                _ = try await server.request("DELETE", "/v1/services/payments")
                #expect(try await events.next()?.data["changes"][0]["cause"].string == "delete_service")
            }
        }
    }

    @Test func severalServicesAreSyncedAfterTheLastFirstSnapshotAndOnlyThatHasTheID() async throws {
        try await TestServer.run { server in
            try await server.register("a")
            try await server.register("b")
            for query in ["?service=a&service=b&service=a", "?service=*", "?service=*&namespace=*"] {
                try await EventReader.open(server, query) { events in
                    let first = try #require(try await events.next())
                    let second = try #require(try await events.next())
                    let synced = try #require(try await events.next())
                    #expect([first.name, second.name, synced.name] == ["snapshot", "snapshot", "synced"])
                    #expect([first.id, second.id, synced.id] == [nil, nil, "2"])
                    #expect(synced.data["revision"].int == 2)
                }
            }
        }
    }

    @Test func eventsOfOneRevisionAreSentTogetherAndOnlyTheLastHasAnID() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=*") { events in
                #expect(try await events.next()?.name == "synced")
                let body = """
                    {"instances": [{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}},
                     {"service": {"name": "b"}, "instance": {"host": "127.0.0.1", "port": 1}}]}
                    """
                _ = try await server.request("POST", "/v1/instances/batch", body: body)
                let first = try #require(try await events.next())
                let second = try #require(try await events.next())
                if first.data["revision"] == second.data["revision"] {
                    #expect(first.id == nil)
                } else {
                    #expect(first.id == "1")
                }
                #expect(second.id == second.data["revision"].int.map { String($0) })
            }
        }
    }

    @Test(arguments: [
        ("", 422, "service"), ("?service=", 422, "service"), ("?service=a%2Fb", 422, "service"),
        ("?service=a&namespace=*", 422, "namespace"), ("?service=a&index=x", 422, "index"),
        ("?service=a&tags=b", 400, "tags"), ("?service=a&wait=5s", 400, "wait"),
        ("?service=a&health=sick", 422, "health"),
    ])
    func badWatches(_ query: String, _ status: Int, _ field: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/watch\(query)")
            #expect(reply.status == status)
            #expect(reply.fields == [field])
            #expect(server.metrics.openWatches.value == 0)
        }
    }

    @Test func aBadLastEventIDIsMalformed() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/watch?service=a", headers: [("Last-Event-ID", "abc")])
            #expect(reply.status == 400)
            #expect(reply.fields == ["Last-Event-ID"])
        }
    }

    @Test func aQuietStreamHasComments() async throws {
        try await TestServer.run {
            $0.configuration.keepAliveInterval = .milliseconds(100)
        } _: { server in
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                #expect(try await events.waitForComment())
            }
        }
    }

    @Test func headOpensNoStream() async throws {
        try await TestServer.run { server in
            let reply = try await server.request("HEAD", "/v1/watch?service=payments")
            #expect(reply.status == 200)
            #expect(reply["content-type"] == "text/event-stream")
            try await eventually { server.metrics.openWatches.value == 0 }
        }
    }

    @Test func aHundredWatchersSeeAChangeOnceAndThoseOfAnotherServiceNothing() async throws {
        try await TestServer.run { server in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for index in 0..<110 {
                    let service = index < 100 ? "payments" : "other"
                    group.addTask {
                        try await EventReader.open(server, "?service=\(service)") { events in
                            _ = try await events.next()
                            var seen: [String] = []
                            while seen.last != "last", let event = try await events.next() {
                                for instance in event.data["instances"].array {
                                    seen.append(instance["id"].string ?? "")
                                }
                            }
                            return seen
                        }
                    }
                }
                try await eventually { server.metrics.openWatches.value == 110 }
                try await eventually { server.catalog.counts.waiters == 110 }
                try await server.register(more: #""id": "first""#)
                try await server.register(more: #""id": "last""#)
                try await server.register("other", more: #""id": "last""#)
                var complete = 0
                for try await seen in group {
                    #expect(seen == ["first", "last"] || seen == ["last"])
                    if seen.count == 2 { complete += 1 }
                }
                #expect(complete == 100)
            }
        }
    }
}
