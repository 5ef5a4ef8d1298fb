import AsyncHTTPClient
import Foundation
import RollcallClient
import Subprocess
import Testing

/// What was acknowledged is there after the server was killed, or stopped, in the middle of its work.
struct DurabilityTests {
    private static let writers = 16
    private static let services = 4
    private static let kills = 3

    @Test func everyAcknowledgedWriteSurvivesKillsAndAStopUnderLoad() async throws {
        let directory = try TemporaryDirectory()
        let services = (0..<Self.services).map { ServiceKey(name: "durable-\($0)") }
        let writers = (0..<Self.writers).map { Writer($0, service: services[$0 % services.count]) }
        var record = Record()
        for round in 0...Self.kills {
            let isKill = round < Self.kills
            let watcher = Subscriber()
            let before = record
            let (after, outcome) = try await self.round(directory, writers, services, before, watcher, isKill: isKill)
            #expect(outcome.status == (isKill ? 137 : 0), "\(outcome.errors)")
            record = after
            record.seen += watcher.records
        }
        let before = record
        try await LiveServer.run(directory: directory.path) { server in
            _ = try await self.compare(server, writers, services, before)
        }
    }

    /// What is known of the registry from the runs before.
    private struct Record: Sendable {
        var history: [HistoryRecord] = []
        /// Told by watches.
        var seen: [HistoryRecord] = []
    }

    /// Compares what is there with the rounds before, writes, and ends the server in the middle of that.
    private func round(
        _ directory: TemporaryDirectory, _ writers: [Writer], _ services: [ServiceKey], _ before: Record,
        _ watcher: Subscriber, isKill: Bool
    ) async throws -> (Record, Program.Outcome) {
        let after = Box(before)
        let signalled = Box(ContinuousClock.now)
        let outcome = try await LiveServer.run(
            directory: directory.path, flags: ["--server-shutdown-timeout", "20s"]
        ) { server in
            after.value = try await self.compare(server, writers, services, before)
            let known = writers.map(\.acknowledged.count).reduce(0, +)
            try await HTTPClient.withManyConnections { http in
                try await server.withClient(.patient) { client in
                    await withTaskGroup(of: Void.self) { group in
                        for writer in writers { group.addTask { await writer.write(through: client) } }
                        // The stream breaks off with the server.
                        group.addTask { try? await watcher.watch(server.url("/v1/watch?service=*"), http) }
                        group.addTask {
                            try? await eventually("the writers are under way") {
                                writers.map(\.acknowledged.count).reduce(0, +) > known + 100
                            }
                            try? await Task.sleep(for: .milliseconds(.random(in: 0...500)))
                            signalled.value = .now
                            server.program.send(isKill ? .kill : .terminate)
                        }
                    }
                }
            }
        }
        #expect(ContinuousClock.now - signalled.value < .seconds(20), "it ends within its bound")
        return (after.value, outcome)
    }

    private func compare(
        _ server: LiveServer, _ writers: [Writer], _ services: [ServiceKey], _ before: Record
    ) async throws -> Record {
        try await server.withClient { client in
            let history = try await self.history(client)
            #expect(Array(history.prefix(before.history.count)) == before.history, "what was recorded stays as it was")
            let changes = Dictionary(grouping: history) { ChangeKey($0) }
            #expect(changes.values.allSatisfy { $0.count == 1 }, "an instance changes once in a commit")
            for seen in before.seen {
                #expect(changes[ChangeKey(seen)] == [seen], "a watch was told of \(seen)")
            }
            for writer in writers {
                for told in writer.acknowledged {
                    let found = changes[ChangeKey(told.revision, told.instance)]?.first
                    #expect(found?.cause == told.cause, "\(told)")
                    #expect(found?.service == writer.service, "\(told)")
                }
            }
            try await self.compareServices(client, writers, services, history)
            return Record(history: history, seen: [])
        }
    }

    private func compareServices(
        _ client: RollcallClient, _ writers: [Writer], _ services: [ServiceKey], _ history: [HistoryRecord]
    ) async throws {
        guard !history.isEmpty else { return }
        for service in services {
            let answer = try await client.discover(service, .everything)
            let instances = answer.value.services.first?.instances ?? []
            let latest = history.last { $0.service == service }?.revision
            #expect(answer.value.revision == latest, "the revision of \(service) is that of its last change")
            #expect(answer.revision == history.last?.revision, "nothing else was committed")
            let present = Dictionary(uniqueKeysWithValues: instances.map { ($0.id, $0) })
            let writers = writers.filter { $0.service == service }
            for writer in writers { writer.check(present) }
            #expect(present.keys.allSatisfy { id in writers.contains { id.hasPrefix("\($0.name)-") } })
        }
    }

    private func history(_ client: RollcallClient) async throws -> [HistoryRecord] {
        var records: [HistoryRecord] = []
        var cursor: String?
        repeat {
            let page = try await client.history(HistoryQuery(order: .ascending), limit: 1_000, cursor: cursor).value
            records += page.elements
            cursor = page.nextCursor
        } while cursor != nil
        return records
    }

    private struct ChangeKey: Hashable {
        let revision: Revision
        let instance: String

        init(_ revision: Revision, _ instance: String) {
            self.revision = revision
            self.instance = instance
        }

        init(_ record: HistoryRecord) { self.init(record.revision, record.instance) }
    }
}
