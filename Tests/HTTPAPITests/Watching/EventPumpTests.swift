import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import Testing

/// Changes go out from the event loop or from the stream's task, as they are small or large: a reader sees no difference.
@Suite("Events from the event loop", .timeLimit(.minutes(2)))
struct EventPumpTests {
    private static func batch(_ ports: Range<Int>, round: Int) -> String {
        let items = ports.map {
            #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.1", "port": \#($0), "tags": ["\#(round)"]}}"#
        }
        return "{\"instances\": [\(items.joined(separator: ","))]}"
    }

    @Test func smallAndLargeChangesComeInTheirOrder() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=payments") { events in
                #expect(try await events.next()?.name == "snapshot")
                for round in 1...12 {
                    // One change, or more than are sent from the event loop.
                    let ports = round % 3 == 0 ? 1..<201 : 1..<2
                    let body = Self.batch(ports, round: round)
                    let reply = try await server.request("POST", "/v1/instances/batch", body: body)
                    let event = try #require(try await events.next())
                    #expect(event.name == "change")
                    #expect(event.id == reply.json["revision"].int.map { "\($0)" })
                    #expect(event.data["instances"].array.count == ports.count)
                    #expect(event.data["instances"][0]["tags"][0].string == "\(round)")
                }
            }
        }
    }

    @Test func whatHappensWhileAReaderIsBeingSentToIsNotForgotten() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=payments&health=any") { events in
                #expect(try await events.next()?.name == "snapshot")
                // Clients write at once, so that commits fall between a look and the wait that follows it.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for port in 1...200 { group.addTask { try await server.register(port: port) } }
                    var told: Set<String> = []
                    var last = 0
                    while told.count < 200, let event = try await events.next() {
                        #expect(event.name == "change")
                        for instance in event.data["instances"].array { told.insert(instance["id"].string ?? "") }
                        if let id = event.id.flatMap({ Int($0) }) {
                            #expect(id > last)
                            last = id
                        }
                    }
                    #expect(told.count == 200)
                    try await group.waitForAll()
                }
            }
        }
    }
}
