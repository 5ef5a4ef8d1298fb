import AsyncHTTPClient
import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// A server that was stopped for a minute does not take that minute for its clients' silence.
struct PauseTests {
    private static let ttl = TimeSpan.seconds(15)
    private static let pause = Duration.seconds(60)
    private static let instances = 1...10

    private func keys(_ service: String) -> [InstanceKey] {
        Self.instances.map { InstanceKey(service: ServiceKey(name: service), id: "127.0.0.1:\($0)") }
    }

    private func registerAll(_ service: String, _ client: RollcallClient) async throws {
        let registrations = Self.instances.map { port in
            Registration(
                service: client.service(service),
                spec: InstanceSpec(host: "127.0.0.1", port: UInt16(port), ttl: .after(Self.ttl)))
        }
        _ = try await client.registerMany(registrations)
    }

    @Test func nothingThatGoesOnBeatingExpiresAndWhatFellSilentDoesLater() async throws {
        try await LiveServer.run { server in
            let beating = Subscriber()
            let silent = Subscriber()
            try await HTTPClient.withManyConnections { http in
                try await server.withClient(.patient) { client in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        try await self.registerAll("beating", client)
                        try await self.registerAll("silent", client)
                        group.addTask { try await beating.watch(server.url("/v1/watch?service=beating"), http) }
                        group.addTask { try await silent.watch(server.url("/v1/watch?service=silent"), http) }
                        group.addTask { try await self.beat(self.keys("beating"), client) }
                        try await eventually("both watches are open") { beating.hasSnapshot && silent.hasSnapshot }
                        let beat = try await client.heartbeat(self.keys("silent").map { InstanceReference(key: $0) })
                        #expect(beat.value.renewed == Self.instances.count)

                        server.program.send(.suspend)
                        try await Task.sleep(for: Self.pause)
                        let awake = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
                        server.program.send(.resume)

                        // Whenever a busy machine holds the server up for a second, they have their whole ttl again.
                        try await eventually("the silent ones expire", within: .seconds(180)) {
                            silent.records.count { $0.cause == "expire" } == Self.instances.count
                        }
                        let early = silent.records.filter { $0.time.since(awake) < Self.ttl }
                        #expect(early.isEmpty, "each has a whole ttl from the end of the standstill")
                        // Had the others not gone on, their deadlines would have passed by now as well.
                        try await self.expectNoChange(of: beating, client)
                        group.cancelAll()
                    }
                }
            }
        }
    }

    /// Goes on beating, whatever the server does. During the pause one beat waits for its answer.
    private func beat(_ keys: [InstanceKey], _ client: RollcallClient) async throws {
        while !Task.isCancelled {
            do {
                let answer = try await client.heartbeat(keys.map { InstanceReference(key: $0) })
                #expect(answer.value.renewed == keys.count)
                try await Task.sleep(for: .milliseconds(500))
            } catch  where Task.isCancelled {}
        }
    }

    private func expectNoChange(of beating: Subscriber, _ client: RollcallClient) async throws {
        #expect(beating.received.count == 1, "the watch saw its snapshot and nothing else")
        let history = try await client.history(HistoryQuery(service: "beating"), limit: 1_000)
        #expect(history.value.elements.map(\.cause) == Self.instances.map { _ in "register" })
        let present = try await client.discover(client.service("beating"))
        #expect(present.value.services.first?.instances?.count == Self.instances.count)
    }
}
