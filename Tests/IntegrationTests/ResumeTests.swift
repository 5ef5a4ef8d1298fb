import AsyncHTTPClient
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// A watch that goes on after the server was started again.
struct ResumeTests {
    private func register(_ port: UInt16, _ client: RollcallClient) async throws -> Revision {
        let spec = InstanceSpec(host: "127.0.0.1", port: port, ttl: .never)
        return try await client.register(Registration(service: client.service("kept"), spec: spec)).value.revision
    }

    /// Runs `body` while `subscriber` watches from `id`.
    private func watching(
        _ subscriber: Subscriber, from id: String?, _ server: LiveServer, _ body: (RollcallClient) async throws -> Void
    ) async throws {
        try await HTTPClient.withManyConnections { http in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await subscriber.watch(server.url("/v1/watch?service=kept"), lastEventID: id, http)
                }
                try await server.withClient { try await body($0) }
                group.cancelAll()
            }
        }
    }

    @Test func afterARestartWhatWasMissedIsAGapAndASnapshot() async throws {
        let directory = try TemporaryDirectory()
        let first = Subscriber()
        try await LiveServer.run(directory: directory.path) { server in
            try await self.watching(first, from: nil, server) { client in
                try await eventually("the snapshot is there") { first.hasSnapshot }
                let revision = try await self.register(1, client)
                try await eventually("the change is there") { first.changes == [revision] }
            }
            try await server.withClient { client in
                for port in 2...5 { _ = try await self.register(UInt16(port), client) }
            }
            server.program.send(.kill)
        }
        let id = try #require(first.received.last?.id)
        #expect(id == "1")

        let second = Subscriber()
        try await LiveServer.run(directory: directory.path) { server in
            try await self.watching(second, from: id, server) { client in
                try await eventually("the snapshot is there") { second.hasSnapshot }
                let revision = try await self.register(6, client)
                try await eventually("the change is there") { second.changes == [revision] }
            }
        }
        let blocks = second.received
        try #require(blocks.count == 3)
        guard case .gap(let key, Revision(1), Revision(5)) = blocks[0].document,
            case .snapshot(key, Revision(5), let document) = blocks[1].document
        else {
            Issue.record("it is no gap with a snapshot: \(blocks)")
            return
        }
        #expect(blocks.map(\.id) == [nil, "5", "6"], "nobody may resume between a gap and its snapshot")
        #expect(document.instances?.map(\.id).sorted() == (1...5).map { "127.0.0.1:\($0)" })
    }

    @Test func whoMissedNothingGoesOnWithTheNextChange() async throws {
        let directory = try TemporaryDirectory()
        try await LiveServer.run(directory: directory.path) { server in
            try await server.withClient { client in
                for port in 1...3 { _ = try await self.register(UInt16(port), client) }
            }
        }
        try await LiveServer.run(directory: directory.path) { server in
            let subscriber = Subscriber()
            try await self.watching(subscriber, from: "3", server) { client in
                try await HTTPClient.withManyConnections { http in
                    try await eventually("the watch is open") { try await server.metric("rollcall_watches", http) == 1 }
                }
                let revision = try await self.register(4, client)
                try await eventually("the change is there") { !subscriber.received.isEmpty }
                #expect(subscriber.changes == [revision])
            }
            #expect(subscriber.received.count == 1)
        }
    }

    @Test func aGracefulStopClosesWatchesAndSaysWhenToComeBack() async throws {
        let subscriber = Subscriber()
        let outcome = try await LiveServer.run { server in
            try await HTTPClient.withManyConnections { http in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await subscriber.watch(server.url("/v1/watch?service=kept"), http) }
                    try await eventually("the snapshot is there") { subscriber.hasSnapshot }
                    server.program.send(.terminate)
                    // The stream comes to its proper end: a broken one would throw.
                    try await group.waitForAll()
                }
            }
        }
        #expect(outcome.status == 0)
        let retry = try #require(subscriber.received.last?.retry.flatMap { Int($0) })
        #expect((500...5_000).contains(retry))
    }
}
