import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("Two registries under one prefix in a real Redis", .redis, .timeLimit(.minutes(5)))
struct SharedRedisTests {
    @Test("Who names another store is refused as reader and as writer, even with the same id, and changes nothing")
    func anotherStore() async throws {
        try await withCaches("etcd /a", "etcd /b") { a, b in
            // As when one etcd was filled from the other: ids are equal, and the copy has come further.
            let copy = Sample.snapshot(9)
            #expect(try await a.save(Sample.snapshot(1)) == .saved)
            let names = try await a.names()
            let refusals = [
                await refusal { _ = try await b.save(copy) }, await refusal { _ = try await b.confirm(copy.position) },
                await refusal { _ = try await b.position() }, await refusal { _ = try await b.load() },
            ]
            for refusal in refusals {
                let error = try #require(refusal)
                #expect(error.code == .foreign && error.message.contains("redis.prefix"), "\(error)")
            }
            #expect(refusals[3]?.message.contains("etcd /a") == true, "it says whose it is")
            // The store tells them apart, so nothing is in doubt for the owner, and no mark is needed.
            #expect(try await a.names() == names)
            #expect(try await a.load()?.position.revision == Revision(1))
            #expect(try await !a.hasRival())
        }
    }

    @Test("Two etcds with the same prefix: the second registry is refused, and whoever cannot tell uses neither's")
    func alike() async throws {
        try await withCaches("etcd /a", "etcd /a") { a, b in
            let other = Sample.snapshot(9, registryID: "other")
            #expect(try await a.save(Sample.snapshot(1)) == .saved)
            #expect(try await !a.hasRival())
            for call in 0..<2 {
                let error = await refusal {
                    if call == 0 { _ = try await b.save(other) } else { _ = try await b.confirm(other.position) }
                }
                #expect(error?.code == .foreign && error?.message.contains(b.keys.rival) == true)
                for cache in [a, b] {
                    #expect(try await cache.hasRival())
                    #expect(await CacheReader([cache]).newest() == nil)
                    #expect(await CacheReader([cache]).newest(registryID: "registry")?.kind == .redis)
                }
                try await Self.expectWeek(a.keys.rival, in: a)
                // As the message says.
                _ = try await a.client.send(RedisCommand("DEL", .text(a.keys.rival)))
                #expect(try await !a.hasRival())
            }
            // Where the owner is no more its key is deleted, and who was refused takes its place, without doubts.
            #expect(await refusal { _ = try await b.save(other) } != nil)
            _ = try await b.client.send(RedisCommand("DEL", .text(b.keys.manifest)))
            #expect(try await !b.hasRival(), "there is nothing to be in doubt about")
            #expect(try await b.save(other) == .saved)
            #expect(try await !b.hasRival())
            #expect(await CacheReader([b]).newest()?.snapshot.position == other.position)
        }
    }

    @Test("A mark that cannot be set, since Redis is full, does not hide the refusal")
    func noRoom() async throws {
        try await withRedis(["--maxmemory-policy", "noeviction"]) { server in
            try await withCache(server.configuration()) { cache in
                #expect(try await cache.save(Sample.snapshot()) == .saved)
                _ = try await cache.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
                let other = Sample.snapshot(registryID: "other").position
                #expect(await refusal { _ = try await cache.confirm(other) }?.code == .foreign)
                // Nor does it keep anybody from confirming what an older version wrote, and from naming its store.
                _ = try await cache.client.send(RedisCommand("HDEL", .text(cache.keys.manifest), "store"))
                #expect(try await cache.confirm(Sample.snapshot().position))
                #expect(try await Self.store(cache) != nil)
            }
        }
    }

    @Test("What an older node saved is read, named by whoever confirms it, and replaced")
    func older() async throws {
        try await withCaches("etcd /a", "etcd /b") { a, b in
            let old = OlderNode(cache: a)
            #expect(try await old.save(Sample.snapshot(1)) == "saved")
            #expect(try await Self.store(a) == nil)
            #expect(try await a.load()?.position.revision == Revision(1))
            #expect(try await b.load() != nil, "nothing tells it whose this is yet")
            #expect(try await a.confirm(Sample.snapshot(1).position))
            #expect(try await Self.store(a) == "etcd /a")
            #expect(await refusal { _ = try await b.load() }?.code == .foreign)

            _ = try await a.client.send(RedisCommand("DEL", .text(a.keys.manifest)))
            #expect(try await old.save(Sample.snapshot(2)) == "saved")
            #expect(try await a.save(Sample.snapshot(3)) == .saved)
            #expect(try await Self.store(a) == "etcd /a")
            #expect(try await a.load()?.position.revision == Revision(3))
        }
    }

    @Test("An older node beside a newer one: each takes the other's snapshot, and the registry stays named")
    func side() async throws {
        try await withCaches("etcd /a", "etcd /b") { a, b in
            let old = OlderNode(cache: a)
            for revision: Int64 in [1, 3, 5, 7] {
                let saving = try await a.save(Sample.snapshot(revision))
                #expect(saving == .saved)
                #expect(try await old.confirm(Sample.snapshot(revision).position) == "held")
                #expect(try await old.save(Sample.snapshot(revision)) == "superseded")
                #expect(try await old.save(Sample.snapshot(revision + 1)) == "saved")
                #expect(try await a.confirm(Sample.snapshot(revision + 1).position))
                #expect(try await a.save(Sample.snapshot(revision)) == .superseded)
                #expect(try await a.load()?.position.revision == Revision(revision + 1))
                #expect(try await Self.store(a) == "etcd /a")
                #expect(await refusal { _ = try await b.load() }?.code == .foreign)
            }
            #expect(try await old.confirm(Sample.snapshot(registryID: "other").position) == "foreign")
        }
    }

    /// What the manifest names.
    private static func store(_ cache: RedisCache) async throws -> String? {
        let reply = try await cache.client.send(RedisCommand("HMGET", .text(cache.keys.manifest), "store"))
        guard case .array(let fields) = reply else { throw WrongReply() }
        return fields.first?.string
    }

    private static func expectWeek(_ name: String, in cache: RedisCache) async throws {
        guard case .integer(let left) = try await cache.client.send(RedisCommand("PTTL", .text(name))) else {
            throw WrongReply()
        }
        let week = Int64(7 * 86_400_000)
        #expect((week - 600_000...week).contains(left), "\(name) expires in \(left) ms")
    }
}

/// Two caches under one prefix of the suite's Redis, of registries with these stores.
private func withCaches(
    _ first: String, _ second: String, _ body: (RedisCache, RedisCache) async throws -> Void
) async throws {
    var configuration = try RedisServer.shared().configuration(store: first)
    try await withCache(configuration) { one in
        configuration.store = second
        try await withCache(configuration) { other in try await body(one, other) }
    }
}
