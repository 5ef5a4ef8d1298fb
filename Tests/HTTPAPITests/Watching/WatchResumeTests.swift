import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Resuming a watch over a socket", .timeLimit(.minutes(2)))
struct WatchResumeTests {
    @Test(arguments: ["index", "header"])
    func aWatchResumesAfterWhatWasSeen(_ way: String) async throws {
        try await TestServer.run { server in
            for port in 1...4 { try await server.register(port: port) }
            let query = way == "index" ? "?service=payments&index=2" : "?service=payments&index=4"
            let headers = way == "header" ? [("Last-Event-ID", "2")] : []
            try await EventReader.open(server, query, headers: headers) { events in
                let third = try #require(try await events.next())
                let fourth = try #require(try await events.next())
                #expect([third.name, fourth.name] == ["change", "change"])
                #expect([third.id, fourth.id] == ["3", "4"])
            }
        }
    }

    @Test func aRevisionFromAnotherRegistryIsAGapAndASnapshot() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments", headers: [("Last-Event-ID", "4711")]) { events in
                let gap = try #require(try await events.next())
                #expect(gap.name == "gap")
                #expect(gap.data["from"].int == 4_711)
                #expect(gap.data["to"].int == 1)
                #expect(gap.id == nil)
                let snapshot = try #require(try await events.next())
                #expect(snapshot.name == "snapshot")
                #expect(snapshot.id == "1")
            }
        }
    }

    @Test func whatTheRingHasForgottenIsAGapAndASnapshot() async throws {
        try await TestServer.run {
            $0.settings.deltaLogEntriesPerService = 2
        } _: { server in
            for port in 1...6 { try await server.register(port: port) }
            try await EventReader.open(server, "?service=payments&index=1") { events in
                let gap = try #require(try await events.next())
                #expect(gap.name == "gap")
                #expect(gap.data["from"].int == 1)
                #expect(gap.data["to"].int == 6)
                #expect(gap.id == nil)
                let snapshot = try #require(try await events.next())
                #expect(snapshot.data["snapshot"]["instances"].array.count == 6)
                #expect(snapshot.id == "6")
            }
        }
    }

    @Test func afterARestartAWatchResumesWithAGapOrWithoutNews() async throws {
        let store = InMemoryStore(registryID: TestServer.registryID)
        try await TestServer.run {
            $0.store = store
        } _: { server in
            for port in 1...3 { try await server.register(port: port) }
        }
        let reopened = store.reopened()
        try await TestServer.run {
            $0.store = reopened
        } _: { server in
            try await EventReader.open(server, "?service=payments", headers: [("Last-Event-ID", "1")]) { events in
                let gap = try #require(try await events.next())
                #expect(gap.name == "gap")
                #expect(try await events.next()?.data["snapshot"]["instances"].array.count == 3)
            }
            try await EventReader.open(server, "?service=payments", headers: [("Last-Event-ID", "3")]) { events in
                try await server.register(port: 4)
                let change = try #require(try await events.next())
                #expect(change.name == "change", "who has seen everything is told only what is new")
                #expect(change.id == "4")
            }
        }
    }
}
