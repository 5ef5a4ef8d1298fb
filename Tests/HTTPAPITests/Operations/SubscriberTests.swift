import HTTPAPI
import HTTPSupport
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Subscribers over a socket", .timeLimit(.minutes(2)))
struct SubscriberTests {
    private static let path = "/v1/services/payments/subscribers"

    @Test func streamsAndBlockingReadersAreListedAsLongAsTheyRead() async throws {
        try await TestServer.run { server in
            try await server.register()
            #expect(try await server.get(Self.path).json["subscribers"].array.isEmpty)
            try await EventReader.open(server, "?service=payments", headers: [("Rollcall-Client", "web")]) { events in
                #expect(try await events.next() != nil)
                _ = try await server.get("/v1/services/payments?index=0")
                _ = try await server.get("/v1/services/payments")
                let found = try await server.get(Self.path).json["subscribers"].array
                try #require(found.count == 2, "whoever asks once is no subscriber")
                let stream = try #require(found.first { $0["kind"].string == "stream" })
                #expect(stream["id"].string == events.reply["rollcall-watch-id"])
                #expect(stream["client"].string == "web")
                #expect(stream["scope"].string == "service")
                #expect(stream["delivered"].int == 1)
                #expect(stream["confirmed"].isNull)
                #expect(stream["connected"].bool == true)
                #expect(stream["since"].string?.hasSuffix("Z") == true)
                let reader = try #require(found.first { $0["kind"].string == "blocking" })
                #expect(reader["client"].string == "127.0.0.1")
                #expect(reader["delivered"].int == 1)
            }
            try await eventually("a stream that broke off is kept for a while") {
                let found = try await server.get(Self.path).json["subscribers"].array
                return found.first { $0["kind"].string == "stream" }?["connected"].bool == false
            }
        }
    }

    @Test func theListComesInPages() async throws {
        // Readers count for 10 s, which none of these are over here, however busy the machine is.
        try await TestServer.run {
            $0.clock = ManualClock()
        } _: { server in
            try await server.register()
            for client in 0..<5 {
                _ = try await server.get("/v1/services/payments?index=0", headers: [("Rollcall-Client", "c\(client)")])
            }
            var names: [String] = []
            var cursor = ""
            repeat {
                let page = try await server.get(Self.path + "?limit=2\(cursor)")
                names += page.json["subscribers"].array.compactMap { $0["client"].string }
                cursor = page.json["next_cursor"].string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(names == ["c0", "c1", "c2", "c3", "c4"])
        }
    }

    @Test func aServiceThatNobodyKnowsIs404UnlessItIsReadAlready() async throws {
        try await TestServer.run { server in
            #expect(try await server.get(Self.path).code == "unknown_service")
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                #expect(try await server.get(Self.path).json["subscribers"].array.count == 1)
            }
            #expect(try await server.get(Self.path + "?limit=0").fields == ["limit"])
            #expect(try await server.get(Self.path + "?cursor=x").fields == ["cursor"])
            #expect(try await server.get("/v1/services/-/subscribers").status == 422)
        }
    }

    @Test func anAcknowledgementNamesAnOpenStreamAndWhatItTold() async throws {
        try await TestServer.run { server in
            try await server.register()
            #expect(try await server.request("PUT", "/v1/watches/x", body: #"{"revision": 1}"#).code == "unknown_watch")
            try await EventReader.open(server, "?service=payments") { events in
                #expect(try await events.next() != nil)
                let path = try "/v1/watches/\(#require(events.reply["rollcall-watch-id"]))"
                for body in [#"{"revision": 2}"#, #"{"revision": -1}"#, #"{"revision": "1"}"#, "{}", "null", "[]"] {
                    let reply = try await server.request("PUT", path, body: body)
                    #expect(reply.status == 422, "\(body): \(reply.text)")
                    #expect(reply.code == "invalid")
                }
                #expect(try await server.request("PUT", path, body: "{").code == "malformed")
                #expect(try await server.request("PUT", path + "?x=1", body: "{}").code == "unknown_parameter")
                #expect(
                    try await server.request("PUT", path, body: "{}", headers: [("Content-Type", "text/plain")]).status
                        == 415)
                #expect(try await server.request("PUT", path, body: #"{"revision": 0}"#).status == 200)
                #expect(try await server.request("PUT", path, body: #"{"revision": 1}"#).json["confirmed"].int == 1)
                #expect(try await server.get(path).status == 405)
            }
        }
    }

    /// Changes that a view shows nothing of must not keep its stream from saying that it is alive.
    @Test func aStreamThatShowsNothingStillSpeaks() async throws {
        try await TestServer.run {
            $0.configuration.keepAliveInterval = .milliseconds(300)
        } _: { server in
            try await EventReader.open(server, "?service=payments&tag=none") { events in
                #expect(try await events.next()?.name == "snapshot")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // More than goes out from the event loop, and more often than the interval.
                        while !Task.isCancelled {
                            let items = (1...20).map { port in
                                #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.1", "port": \#(port), "weight": \#(Int.random(in: 0...60_000))}}"#
                            }
                            let body = "{\"instances\": [\(items.joined(separator: ","))]}"
                            _ = try await server.request("POST", "/v1/instances/batch", body: body)
                        }
                    }
                    let hasSpoken = try await events.waitForComment()
                    #expect(hasSpoken)
                    group.cancelAll()
                    while await group.nextResult() != nil {}
                }
            }
        }
    }

    @Test func aClientWithoutAProperNameCannotWait() async throws {
        try await TestServer.run { server in
            try await server.register()
            let name = [("Rollcall-Client", String(repeating: "x", count: 129))]
            #expect(try await server.get("/v1/services/payments?index=0", headers: name).code == "malformed")
            #expect(try await server.get("/v1/services/payments", headers: name).status == 200)
        }
    }

    /// A view that shows nothing of a change has moved on all the same.
    @Test func whatAViewDoesNotShowCountsAsDelivered() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments&tag=blue") { events in
                #expect(try await events.next() != nil)
                try await server.register(port: 2)
                try await eventually {
                    try await server.get(Self.path).json["subscribers"][0]["delivered"].int == 2
                }
                let reply = try await server.request(
                    "POST", "/v1/services/payments/instances/127.0.0.11:2/drain?wait=1m")
                #expect(reply.json["complete"].bool == true, "it never showed the instance")
            }
        }
    }
}
