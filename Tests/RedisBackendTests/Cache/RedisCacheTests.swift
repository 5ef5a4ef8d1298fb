import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("A snapshot in a real Redis", .redis, .timeLimit(.minutes(5)))
struct RedisCacheTests {
    @Test("It does what every cache must do", arguments: CacheConformance.checks)
    func conforms(_ check: CacheConformance.Check) async throws {
        try await withCache(RedisServer.shared().configuration()) { cache in
            try await check.run(
                on: CacheConformance.Subject(
                    keepsForeign: true, make: { cache },
                    removePart: { _ in
                        let names = try await cache.chunkNames()
                        _ = try await cache.client.send(RedisCommand("DEL", .text(names[names.count / 2])))
                    },
                    flipBit: { _ in
                        let name = try await cache.chunkNames()[0]
                        let bit = try await cache.client.send(RedisCommand("GETBIT", .text(name), "300"))
                        let other = bit == .integer(0) ? "1" : "0"
                        _ = try await cache.client.send(RedisCommand("SETBIT", .text(name), "300", .text(other)))
                    }))
        }
    }

    @Test("A large snapshot is loaded as it was saved, in chunks of the usual size")
    func large() async throws {
        let snapshot = Sample.snapshot(instances: 20_000)
        let cache = try RedisCache(RedisServer.shared().configuration())
        #expect(try await cache.save(snapshot) == .saved)
        let loaded = try #require(try await cache.load())
        #expect(CatalogRecords(loaded.catalog) == CatalogRecords(snapshot.catalog))
        #expect(try await cache.chunkNames().count > 1)
        await cache.shutDown()
    }

    @Test("Each part may be missing: it is never used, and is put right by the next save")
    func missingParts() async throws {
        try await withCache(RedisServer.shared().configuration()) { cache in
            let snapshot = Sample.snapshot(instances: 12)
            _ = try await cache.save(snapshot)
            for index in try await cache.chunkNames().indices {
                let name = try await cache.chunkNames()[index]
                _ = try await cache.client.send(RedisCommand("DEL", .text(name)))
                let error = await refusal { _ = try await cache.load() }
                #expect(error?.code == .incomplete && error?.message.contains("is missing") == true)
                #expect(try await !cache.confirm(snapshot.position))
                #expect(try await cache.save(snapshot) == .saved)
                #expect(try await cache.load() != nil)
            }
        }
    }

    @Test("A manifest that is damaged, or is something else, is not used")
    func otherManifest() async throws {
        try await withCache(RedisServer.shared().configuration()) { cache in
            _ = try await cache.save(Sample.snapshot(1))
            for value in ["", "x"] {
                _ = try await cache.client.send(
                    RedisCommand("HSET", .text(cache.keys.manifest), "manifest", .text(value)))
                #expect(await refusal { _ = try await cache.load() }?.code == .incomplete)
            }
            _ = try await cache.client.send(RedisCommand("HDEL", .text(cache.keys.manifest), "manifest"))
            #expect(await refusal { _ = try await cache.position() }?.code == .incomplete)
            #expect(try await cache.save(Sample.snapshot(2)) == .saved)
            #expect(try await cache.load()?.position.revision == Revision(2))
            _ = try await cache.client.send(RedisCommand("SET", .text(cache.keys.manifest), "a string"))
            let error = await refusal { _ = try await cache.save(Sample.snapshot(3)) }
            #expect(
                error?.code == .refused && error?.message.contains("WRONGTYPE") == true, "\(String(describing: error))")
        }
    }

    @Test("Nothing piles up: one generation is left, and every key expires")
    func leftovers() async throws {
        try await withCache(RedisServer.shared().configuration()) { cache in
            for revision in 1...10 {
                _ = try await cache.save(Sample.snapshot(Int64(revision), instances: 20))
                _ = try await cache.save(Sample.snapshot(Int64(revision), instances: 50))
            }
            let names = try await cache.names()
            let generations = Set(try await cache.chunkNames().map { $0.split(separator: ":")[2] })
            #expect(generations.count == 1)
            let week = Int64(7 * 86_400_000)
            for name in names {
                let time = try await cache.client.send(RedisCommand("PTTL", .text(name)))
                guard case .integer(let left) = time else { throw WrongReply() }
                #expect((week - 600_000...week).contains(left), "\(name) expires in \(left) ms")
                _ = try await cache.client.send(RedisCommand("PEXPIRE", .text(name), "1000000"))
            }
            // Whoever confirms it lets it live on.
            #expect(try await cache.confirm(Sample.snapshot(10).position))
            for name in names {
                let time = try await cache.client.send(RedisCommand("PTTL", .text(name)))
                guard case .integer(let left) = time else { throw WrongReply() }
                #expect(left > week - 600_000)
            }
        }
    }

    @Test("Chunks of a snapshot that never got its manifest expire in minutes")
    func unfinished() async throws {
        let configuration = try RedisServer.shared().configuration()
        try await withCache(configuration) { cache in
            // Its manifest cannot be written, as though its writer had been killed in front of it.
            _ = try await cache.client.send(RedisCommand("SET", .text(cache.keys.manifest), "a string"))
            #expect(await refusal { _ = try await cache.save(Sample.snapshot()) } != nil)
            let names = try await cache.chunkNames()
            #expect(!names.isEmpty)
            for name in names {
                let time = try await cache.client.send(RedisCommand("PTTL", .text(name)))
                guard case .integer(let left) = time else { throw WrongReply() }
                #expect((1...600_000).contains(left))
            }
        }
    }

    @Test("Several nodes: the newest stays, and who reads meanwhile always gets a whole one")
    func severalNodes() async throws {
        let configuration = try RedisServer.shared().configuration()
        let last: Int64 = 60
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in 0..<3 {
                group.addTask {
                    try await withCache(configuration) { cache in
                        for revision in 1...last where revision % 3 == Int64(node) || revision == last {
                            _ = try await cache.save(Sample.snapshot(revision, instances: 30))
                        }
                    }
                }
            }
            group.addTask {
                try await withCache(configuration) { cache in
                    var seen = Revision.zero
                    while seen < Revision(last) {
                        guard let snapshot = try await cache.load() else { continue }
                        #expect(snapshot.position.revision >= seen)
                        #expect(
                            CatalogRecords(snapshot.catalog)
                                == CatalogRecords(
                                    Sample.snapshot(snapshot.position.revision.rawValue, instances: 30).catalog))
                        seen = snapshot.position.revision
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

struct WrongReply: Error {}
