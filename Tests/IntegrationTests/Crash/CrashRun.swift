import AsyncHTTPClient
import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// 64 clients and some watchers against a server that is killed again and again, and what they may then find.
struct CrashRun {
    static let clients = 64
    private static let shared = (0..<4).map { ServiceKey(name: "shared-\($0)") }
    private static let alone = (0..<8).map { ServiceKey(name: "alone-\($0)") }

    private let directory: TemporaryDirectory
    private let clients: [CrashClient]
    private let watchers: [CrashWatcher]
    private var generator: SeededGenerator
    private(set) var writes = WriteChecker()
    private(set) var revisions = RevisionChecker()
    private(set) var acknowledged = 0

    init(seed: UInt64) throws {
        self.directory = try TemporaryDirectory()
        self.generator = SeededGenerator(seed: seed)
        self.clients = (0..<Self.clients).map { number in
            let isAlone = number < Self.alone.count
            let service = isAlone ? Self.alone[number] : Self.shared[number % Self.shared.count]
            return CrashClient(number, service: service, isAlone: isAlone, seed: seed)
        }
        self.watchers = [
            CrashWatcher("watcher of one", [Self.shared[0]]),
            CrashWatcher("watcher of one that empties", [Self.alone[0]]),
            CrashWatcher("watcher of several", [Self.shared[1], Self.shared[2], Self.alone[1]]),
            CrashWatcher("watcher of *", nil), CrashWatcher("another watcher of *", nil),
        ]
    }

    var watchViolations: [String] { self.watchers.flatMap(\.violations) }

    var violations: [String] {
        self.writes.violations + self.revisions.violations + self.watchViolations + self.reads.violations
    }

    /// What came about without a snapshot, over all watchers.
    var coverage: WatchCoverage { self.watchers.map(\.coverage).reduce(WatchCoverage(), +) }

    /// What all clients read after their own writes.
    var reads: ReadChecker { self.clients.map(\.reads).reduce(ReadChecker(), +) }

    /// The data as they are, while no server runs.
    func copyOfData() throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: self.directory.path, toPath: copy.path + "/data")
        return copy
    }

    /// Puts the data back to what they were: to show that what the server forgets is noticed.
    func restore(_ copy: TemporaryDirectory) throws {
        try FileManager.default.removeItem(atPath: self.directory.path)
        try FileManager.default.copyItem(atPath: copy.path + "/data", toPath: self.directory.path)
    }

    /// Starts the server, compares, writes, and ends the server in the middle of that.
    ///
    /// - Parameter isSeenByAll: not before every watcher was told of something that happened in this round.
    mutating func round(endingBy signal: Ending, isSeenByAll: Bool = false) async throws {
        let delay = Duration.milliseconds(Int.random(in: 0...400, using: &self.generator))
        let cuts = self.watchers.map { _ in
            (0..<Int.random(in: 0...2, using: &self.generator)).map { _ in
                Duration.milliseconds(Int.random(in: 1...200, using: &self.generator))
            }
        }
        // Now and then before anybody has had an answer.
        let answers = Int.random(in: 0...150, using: &self.generator)
        let (clients, watchers) = (self.clients, self.watchers)
        let rolls = Box<[Roll]>([])
        let outcome = try await LiveServer.run(
            directory: self.directory.path, flags: ["--server-shutdown-timeout", "20s"]
        ) { server in
            rolls.value = try await server.withClient { try await Self.roll($0) }
            let start = rolls.value.map(\.view.revision).max() ?? .zero
            let before = clients.map(\.acknowledged).reduce(0, +)
            try await HTTPClient.withManyConnections { http in
                try await server.withClient(.patient) { client in
                    await withTaskGroup(of: Void.self) { group in
                        for writer in clients { group.addTask { await writer.write(through: client) } }
                        for (watcher, cuts) in zip(watchers, cuts) {
                            group.addTask { await watcher.watch(server, http, cuts: cuts) }
                        }
                        // It has said so itself when it does not come about; the server has to end all the same.
                        try? await eventually("the clients are under way") {
                            clients.map(\.acknowledged).reduce(0, +) >= before + answers
                                && (!isSeenByAll || watchers.allSatisfy { $0.isPast(start) })
                        }
                        try? await Task.sleep(for: delay)
                        server.program.send(signal == .kill ? .kill : .terminate)
                    }
                }
            }
        }
        #expect(outcome.status == (signal == .kill ? 137 : 0), "\(outcome.errors)")
        self.take(rolls.value)
    }

    enum Ending {
        case kill
        case gracefulStop
    }

    // MARK: What is found

    /// A service as discovery shows it.
    private struct Roll: Sendable {
        let service: ServiceKey
        let view: WatchChecker.View
    }

    /// Every service that is there.
    private static func roll(_ client: RollcallClient) async throws -> [Roll] {
        var rolls: [Roll] = []
        for service in try await client.services(limit: 1_000).value.elements.map(\.service.key) {
            let answer = try await client.discover(service, .everything).value
            rolls.append(Roll(service: service, view: WatchChecker.View(answer)))
        }
        return rolls
    }

    /// Tells the checkers what was found at the start, and then what was told until the server went.
    private mutating func take(_ rolls: [Roll]) {
        self.compare(rolls)
        for (number, client) in self.clients.enumerated() {
            for write in client.takeRecords() {
                self.writes.take(write)
                if write.outcome != .unknown, write.outcome != .notFound { self.acknowledged += 1 }
                if case .acknowledged(let revision) = write.outcome {
                    self.revisions.observe(client.service, at: revision, by: "client \(number)")
                }
            }
        }
        for watcher in self.watchers {
            for sight in watcher.takeSeen() {
                // Whoever was cut is told again what it had no id for, so each stream counts for itself.
                self.revisions.observe(
                    sight.service, at: sight.revision, by: "\(watcher.name), stream \(sight.connection)")
            }
        }
        self.revisions.restart()
    }

    private mutating func compare(_ rolls: [Roll]) {
        let found = Dictionary(uniqueKeysWithValues: rolls.map { ($0.service, $0.view) })
        for instance in self.writes.instances {
            self.writes.find(found[instance.service]?.instances[instance.id] ?? .absent, of: instance)
        }
        for roll in rolls { self.revisions.observe(roll.service, at: roll.view.revision, by: "discovery") }
    }

    /// Lets every watcher catch up on a server on which nobody writes, and judges the whole history.
    mutating func finish() async throws {
        let watchers = self.watchers
        let last = Box<([Roll], [HistoryRecord])>(([], []))
        try await LiveServer.run(directory: self.directory.path) { server in
            let (rolls, history) = try await server.withClient { client in
                (try await Self.roll(client), try await Self.history(client))
            }
            last.value = (rolls, history)
            try await HTTPClient.withManyConnections { http in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for watcher in watchers { group.addTask { await watcher.watch(server, http) } }
                    for watcher in watchers {
                        try await eventually("\(watcher.name) has caught up") {
                            rolls.filter { watcher.watches($0.service) }
                                .allSatisfy { watcher.views[$0.service]?.revision == $0.view.revision }
                        }
                    }
                    group.cancelAll()
                }
            }
        }
        let (rolls, history) = last.value
        self.compare(rolls)
        self.writes.compare(history)
        let found = Dictionary(uniqueKeysWithValues: rolls.map { ($0.service, $0.view) })
        for watcher in self.watchers { watcher.finish(found, history) }
    }

    private static func history(_ client: RollcallClient) async throws -> [HistoryRecord] {
        var records: [HistoryRecord] = []
        var cursor: String?
        repeat {
            let page = try await client.history(HistoryQuery(order: .ascending), limit: 1_000, cursor: cursor).value
            records += page.elements
            cursor = page.nextCursor
        } while cursor != nil
        return records
    }
}
