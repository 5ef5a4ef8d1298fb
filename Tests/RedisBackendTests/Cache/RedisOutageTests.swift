import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("A Redis that is flushed, restarted, frozen or full", .timeLimit(.minutes(5)))
struct RedisOutageTests {
    @Test("Flushed or restarted it has nothing, says so, and takes the next snapshot")
    func flushedAndRestarted() async throws {
        try await withRedis { server in
            try await withCache(server.configuration()) { cache in
                let snapshot = Sample.snapshot(5)
                for round in 0..<2 {
                    #expect(try await cache.save(snapshot) == .saved)
                    if round == 0 {
                        _ = try await cache.client.send(RedisCommand("FLUSHALL"))
                    } else {
                        server.stop()
                        #expect(await refusal { _ = try await cache.load() }?.code == .unavailable)
                        #expect(await refusal { _ = try await cache.save(snapshot) }?.code == .unavailable)
                        try server.start()
                        try await eventually { (try? await cache.confirm(snapshot.position)) != nil }
                    }
                    #expect(try await cache.position() == nil)
                    #expect(try await cache.load() == nil)
                    #expect(try await !cache.confirm(snapshot.position))
                    // What is older than what was lost is the best there is now.
                    #expect(try await cache.save(Sample.snapshot(4)) == .saved)
                    #expect(try await cache.load()?.position.revision == Revision(4))
                }
            }
        }
    }

    @Test("Killed while a snapshot is being saved, it leaves nothing that is used")
    func killedWhileSaving() async throws {
        try await withRedis { server in
            try await withCache(server.configuration(), chunkBytes: 64, batchBytes: 64) { cache in
                async let saving = refusal { _ = try await cache.save(Sample.snapshot(instances: 50_000)) }
                try await eventually { ((try? await cache.chunkNames()) ?? []).count > 10 }
                server.stop()
                #expect(await saving?.code == .unavailable)
            }
        }
    }

    @Test("Frozen, each call ends within its bound; thawed, it goes on")
    func frozen() async throws {
        try await withRedis { server in
            try await withCache(server.configuration(timeout: .milliseconds(300))) { cache in
                try await eventually { (try? await cache.save(Sample.snapshot(1))) != nil }
                server.freeze()
                let start = ContinuousClock.now
                for call in 0..<3 {
                    let error = await refusal {
                        switch call {
                        case 0: _ = try await cache.load()
                        case 1: _ = try await cache.save(Sample.snapshot(2))
                        default: _ = try await cache.confirm(Sample.snapshot(1).position)
                        }
                    }
                    #expect(error?.code == .timedOut, "\(String(describing: error))")
                }
                // Three timeouts a call would be 3 s; what a busy machine adds must not matter.
                #expect(ContinuousClock.now - start < .seconds(60))
                server.thaw()
                try await eventually { (try? await cache.save(Sample.snapshot(3))) != nil }
                #expect(try await cache.load()?.position.revision == Revision(3))
            }
        }
    }

    @Test("Full, it keeps the snapshot that it has, and nothing of the one it has no room for")
    func full() async throws {
        try await withRedis(["--maxmemory-policy", "noeviction"]) { server in
            try await withCache(server.configuration(), chunkBytes: 65_536, batchBytes: 131_072) { cache in
                #expect(try await cache.save(Sample.snapshot(1)) == .saved)
                let names = try await cache.names()
                let room = try await Self.usedMemory(cache) + (2 << 20)
                _ = try await cache.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "\(room)"))
                let error = await refusal { _ = try await cache.save(Sample.snapshot(2, instances: 30_000)) }
                #expect(error?.code == .full, "\(String(describing: error))")
                #expect(try await cache.names() == names)
                #expect(try await cache.load()?.position.revision == Revision(1))
                #expect(try await cache.save(Sample.snapshot(3)) == .saved)
            }
        }
    }

    private static func usedMemory(_ cache: RedisCache) async throws -> Int {
        guard case .bytes(let text) = try await cache.client.send(RedisCommand("INFO", "memory")) else {
            throw WrongReply()
        }
        let line = String(buffer: text).split(separator: "\r\n").first { $0.hasPrefix("used_memory:") }
        return try #require(line.flatMap { Int($0.dropFirst("used_memory:".count)) })
    }

    @Test("A user without the right to run scripts is told so, and nothing is left behind by the attempt for long")
    func withoutRights() async throws {
        let limited = RedisConfiguration.Credentials(username: "limited", password: "p")
        try await withRedis(
            ["--user"] + "limited on >p ~* +@all -eval".split(separator: " ").map(String.init), credentials: limited
        ) { server in
            try await withCache(server.configuration(credentials: limited)) { cache in
                let error = await refusal { _ = try await cache.save(Sample.snapshot()) }
                #expect(
                    error?.code == .refused && error?.message.contains("rights") == true, "\(String(describing: error))"
                )
                let loaded = try await cache.load()
                #expect(loaded == nil)
            }
        }
    }

    @Test("A user with exactly the rights that the documentation names can save and load")
    func rights() async throws {
        let user = RedisConfiguration.Credentials(username: "rollcall", password: "p")
        let rules = "rollcall on >p ~test-* +ping +select +set +get +hmget +hset +exists +pexpire +unlink +eval"
        try await withRedis(["--user"] + rules.split(separator: " ").map(String.init), credentials: user) { server in
            try await withCache(server.configuration(credentials: user)) { cache in
                for revision in [1, 2] { _ = try await cache.save(Sample.snapshot(Int64(revision))) }
                #expect(try await cache.confirm(Sample.snapshot(2).position))
                let other = Sample.snapshot(3, registryID: "other")
                #expect(await refusal { _ = try await cache.save(other) }?.code == .foreign)
                #expect(try await cache.hasRival())
                #expect(try await cache.load()?.position.revision == Revision(2))
            }
        }
    }
}
