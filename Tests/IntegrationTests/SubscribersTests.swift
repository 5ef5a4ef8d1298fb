import AsyncHTTPClient
import NIOHTTP1
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// Many who wait for the same service: each is told of a change once, and nobody of others' changes.
struct SubscribersTests {
    private static let many = 100
    private static let others = 20

    private func register(_ service: String, _ port: UInt16, _ client: RollcallClient) async throws -> Revision {
        let spec = InstanceSpec(host: "127.0.0.1", port: port, ttl: .never)
        return try await client.register(Registration(service: client.service(service), spec: spec)).value.revision
    }

    @Test func eachOfAHundredWatchesSeesAChangeOnceAndOthersNothing() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let known = try await self.register("watched", 1, client)
                let elsewhere = try await self.register("other", 1, client)
                let watchers = (0..<Self.many).map { _ in Subscriber() }
                let bystanders = (0..<Self.others).map { _ in Subscriber() }
                try await HTTPClient.withManyConnections { http in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for watcher in watchers {
                            group.addTask { try await watcher.watch(server.url("/v1/watch?service=watched"), http) }
                        }
                        for watcher in bystanders {
                            group.addTask { try await watcher.watch(server.url("/v1/watch?service=other"), http) }
                        }
                        try await eventually("everybody has a snapshot") {
                            (watchers + bystanders).allSatisfy(\.hasSnapshot)
                        }
                        let change = try await self.register("watched", 2, client)
                        // What is told in order ends with these: nothing else can still be under way behind them.
                        let last = try await self.register("watched", 3, client)
                        let lastElsewhere = try await self.register("other", 2, client)
                        try await eventually("everybody has the last change") {
                            watchers.allSatisfy { $0.changes.last == last }
                                && bystanders.allSatisfy { $0.changes.last == lastElsewhere }
                        }
                        for watcher in watchers { self.expect(watcher, "watched", known, [change, last]) }
                        for watcher in bystanders { self.expect(watcher, "other", elsewhere, [lastElsewhere]) }
                        group.cancelAll()
                    }
                }
            }
        }
    }

    /// One snapshot and then these changes, each with one new instance and an id to resume from.
    private func expect(_ watcher: Subscriber, _ service: String, _ known: Revision, _ changes: [Revision]) {
        let received = watcher.received
        #expect(received.count == changes.count + 1)
        guard case .snapshot(let key, known, let document) = received.first?.document else {
            Issue.record("it does not begin with the snapshot")
            return
        }
        #expect(key.name == service)
        #expect(document.instances?.map(\.id) == ["127.0.0.1:1"])
        #expect(watcher.changes == changes)
        for (number, block) in received.dropFirst().enumerated() {
            guard case .change(let key, let revision, let records, let instances, let removed) = block.document else {
                Issue.record("it is no change")
                return
            }
            #expect(block.id == revision.description)
            #expect(key.name == service)
            #expect(records.map(\.cause) == ["register"])
            #expect(records.map(\.instance) == ["127.0.0.1:\(number + 2)"])
            #expect(instances.map(\.id) == ["127.0.0.1:\(number + 2)"])
            #expect(removed.isEmpty)
        }
    }

    @Test func eachOfAHundredBlockingReadersReturnsOnceForAChangeAndOthersStayWaiting() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let known = try await self.register("read", 1, client)
                let elsewhere = try await self.register("other", 1, client)
                let readers = (0..<Self.many).map { _ in BlockingReader("read", from: known) }
                let bystanders = (0..<Self.others).map { _ in BlockingReader("other", from: elsewhere) }
                let waiting = Self.many + Self.others
                try await HTTPClient.withManyConnections { http in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for reader in readers {
                            group.addTask { try await reader.read(2, server, http) }
                        }
                        for reader in bystanders {
                            group.addTask { try await reader.read(1, server, http) }
                        }
                        try await self.waitForReaders(waiting, server, http)
                        let change = try await self.register("read", 2, client)
                        try await eventually("everybody has the change") { readers.allSatisfy { $0.seen == [change] } }
                        #expect(bystanders.allSatisfy { $0.seen.isEmpty })
                        // They ask again with the index that they got, and that must wait for something new.
                        try await self.waitForReaders(waiting, server, http)
                        #expect(readers.allSatisfy { $0.seen == [change] })

                        let last = try await self.register("read", 3, client)
                        try await eventually("everybody has both") { readers.allSatisfy { $0.seen == [change, last] } }
                        #expect(bystanders.allSatisfy { $0.seen.isEmpty })
                        let lastElsewhere = try await self.register("other", 2, client)
                        try await group.waitForAll()
                        #expect(readers.allSatisfy { $0.seen == [change, last] })
                        #expect(bystanders.allSatisfy { $0.seen == [lastElsewhere] })
                    }
                }
            }
        }
    }

    @Test func blockingReadersOfOtherServicesGetWhatTheyKnowAtTheEndOfTheirWait() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let elsewhere = try await self.register("other", 1, client)
                _ = try await self.register("read", 1, client)
                try await HTTPClient.withManyConnections { http in
                    let url = server.url("/v1/services/other?index=\(elsewhere)&wait=3s")
                    let tag = try #require(
                        try await http.get(server.url("/v1/services/other")).headers.first(name: "ETag"))
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for headers in [[:], ["If-None-Match": tag]] {
                            group.addTask {
                                let start = ContinuousClock.now
                                let answer = try await http.get(url, headers: headers)
                                #expect(ContinuousClock.now - start >= .seconds(3))
                                #expect(answer.status == (headers.isEmpty ? 200 : 304))
                                #expect(answer.headers.first(name: "ETag") == tag)
                                if headers.isEmpty { #expect(try answer.discovered().revision == elsewhere) }
                            }
                        }
                        try await self.waitForReaders(2, server, http)
                        _ = try await self.register("read", 2, client)
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    private func waitForReaders(_ count: Int, _ server: LiveServer, _ http: HTTPClient) async throws {
        try await eventually("\(count) readers wait") {
            try await server.metric("rollcall_blocking_readers", http) == count
        }
    }
}

/// Reads a service again and again, each time with the index of the answer before.
final class BlockingReader: Sendable {
    private let service: String
    private let index: Revision
    private let revisions = Mutex<[Revision]>([])

    /// The revisions of the answers, in order.
    var seen: [Revision] { self.revisions.withLock { $0 } }

    init(_ service: String, from index: Revision) {
        self.service = service
        self.index = index
    }

    func read(_ times: Int, _ server: LiveServer, _ http: HTTPClient) async throws {
        var index = self.index
        for _ in 0..<times {
            let answer = try await http.get(server.url("/v1/services/\(self.service)?index=\(index)&wait=10m"))
            #expect(answer.status == 200)
            index = try answer.discovered().revision
            self.revisions.withLock { $0.append(index) }
        }
    }
}
