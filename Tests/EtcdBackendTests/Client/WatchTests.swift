import Foundation
import RegistryModel
import ServerTestKit
import Synchronization
import Testing

@testable import EtcdBackend

@Suite("A watch of a real etcd", .etcd)
struct WatchTests {
    private let prefix = "/watch/\(UUID().uuidString)/"

    @Test("Every change comes, one revision at a time, removals too")
    func changes() async throws {
        try await withClient { client in
            let start = try await client.put(prefix + "a", Data("1".utf8)).header.revision
            try await self.watching(client, from: start) { seen in
                let next = try await client.transaction(
                    .when([], then: [.put(prefix + "b", Data()), .delete(EtcdRange(prefix + "a"))])
                ).header.revision
                try await eventually { seen.batches.count == 2 }
                #expect(seen.batches.map(\.revision) == [start, next])
                #expect(seen.batches[1].events.map(\.type) == [.put, .delete])
            }
        }
    }

    @Test("A revision larger than a fragment comes in one piece")
    func fragments() async throws {
        try await withClient { client in
            let start = try await client.put("/elsewhere", Data()).header.revision + 1
            // 3 transactions of 1.2 MiB, while nobody watches: more than one answer holds.
            for round in 0..<3 {
                let operations = (0..<12).map {
                    EtcdRequestOp.put("\(prefix)\($0)", Data(repeating: UInt8(round), count: 100_000))
                }
                _ = try await client.transaction(.when([], then: operations))
            }
            try await self.watching(client, from: start) { seen in
                try await eventually { seen.batches.count == 3 }
                #expect(seen.batches.map(\.events.count) == [12, 12, 12])
            }
        }
    }

    @Test("After a cut it goes on from the next revision: nothing is missed, nothing told twice")
    func resume() async throws {
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        let through = EtcdConfiguration(endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)])
        try await withClient { writer in
            try await withClient(through) { client in
                let start = try await writer.put(prefix + "0", Data()).header.revision
                try await self.watching(client, from: start) { seen in
                    var revisions = [start]
                    for number in 1...60 {
                        revisions.append(try await writer.put(prefix + "\(number)", Data()).header.revision)
                        if number % 20 == 0 {
                            // It watches, so that it has something to lose; the next changes are made while it does not.
                            try await eventually { seen.batches.count == number + 1 }
                            proxy.cut()
                        }
                    }
                    try await eventually { seen.batches.count == 61 }
                    #expect(seen.batches.map(\.revision) == revisions)
                    #expect(seen.losses > 0)
                }
            }
        }
    }

    @Test("A connection that says nothing any more is noticed")
    func silence() async throws {
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        var through = EtcdConfiguration(endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)])
        through.keepaliveInterval = .seconds(1)
        through.keepaliveTimeout = .seconds(1)
        through.dialTimeout = .seconds(1)
        let configuration = through
        try await withClient { writer in
            try await withClient(configuration) { client in
                let start = try await writer.put(prefix + "0", Data()).header.revision
                try await self.watching(client, from: start) { seen in
                    try await eventually { seen.batches.count == 1 }
                    proxy.pass(.toServer)
                    let next = try await writer.put(prefix + "1", Data()).header.revision
                    try await eventually { seen.losses > 0 }
                    proxy.pass(.both)
                    try await eventually { seen.batches.count == 2 }
                    #expect(seen.batches.map(\.revision) == [start, next])
                }
            }
        }
    }

    @Test("A connection that was opened while nothing was passed on is given up for another")
    func silentFromTheStart() async throws {
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        proxy.pass(.toServer)
        let through = EtcdConfiguration(
            endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)], dialTimeout: .seconds(1),
            requestTimeout: .seconds(1))
        try await withClient(through) { client in
            let error = try await failure { _ = try await client.range(EtcdQuery(EtcdRange(prefix))) }
            #expect(error?.isTransient == true)
            proxy.pass(.both)
            try await eventually(within: .seconds(20)) {
                (try? await client.range(EtcdQuery(EtcdRange(prefix)))) != nil
            }
        }
    }

    private func watching(
        _ client: EtcdClient, from revision: Int64, _ body: (Seen) async throws -> Void
    ) async throws {
        let seen = Seen()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(EtcdError) {
                    try await client.watch(EtcdRange(prefix: prefix), from: revision, seen)
                } catch {
                    #expect(error.code == .cancelled)
                }
            }
            defer { group.cancelAll() }
            try await body(seen)
        }
    }
}

/// Remembers what it is told.
final class Seen: WatchObserver {
    private let state = Mutex((batches: [WatchBatch](), losses: 0, endpoints: [Int]()))

    var batches: [WatchBatch] { self.state.withLock { $0.batches } }
    var losses: Int { self.state.withLock { $0.losses } }
    var endpoints: [Int] { self.state.withLock { $0.endpoints } }

    func willWatch(on endpoint: Int) async throws(EtcdError) {}
    func isWatching(on endpoint: Int) async { self.state.withLock { $0.endpoints.append(endpoint) } }
    func take(_ batch: WatchBatch) async { self.state.withLock { $0.batches.append(batch) } }
    func lost(_ endpoint: Int, _ error: EtcdError) async { self.state.withLock { $0.losses += 1 } }
}
