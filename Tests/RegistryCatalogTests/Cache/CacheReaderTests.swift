import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("The snapshot that a node begins with while the store is away")
struct CacheReaderTests {
    private static let positions: [SnapshotPosition?] =
        [nil]
        + [("a", 0, 1), ("a", 0, 2), ("a", 1, 1), ("b", 2, 9)].map {
            SnapshotPosition(registryID: $0, timeline: $1, revision: Revision($2))
        }

    @Test("The newest of the registry is tried first, and never one of another registry")
    func choice() {
        for redis in Self.positions {
            for (file, hasRival) in Self.positions.flatMap({ [($0, false), ($0, true)] }) {
                for registryID in [nil, "a", "b", "c"] {
                    let candidates = [(CacheKind.redis, redis), (.file, file)].compactMap { kind, position in
                        position.map {
                            SnapshotChoice.Candidate(
                                kind: kind, position: $0, hasRival: kind == .redis && hasRival)
                        }
                    }
                    let choice = SnapshotChoice(candidates, registryID: registryID)
                    let own = registryID ?? file?.registryID ?? (hasRival ? nil : redis?.registryID)
                    let order = choice.order.map { candidates[$0] }
                    #expect(order.allSatisfy { $0.position.registryID == own })
                    #expect(order.count + choice.foreign.count == candidates.count)
                    guard order.count == 2 else { continue }
                    #expect(!order[1].position.isNewer(than: order[0].position))
                    if redis == file { #expect(order[0].kind == .redis) }
                }
            }
        }
    }

    @Test("Redis and the file: the newer one is loaded, Redis when both are as new")
    func newest() async throws {
        for (redis, file, expected) in [(9, 9, CacheKind.redis), (9, 8, .redis), (8, 9, .file)] {
            let caches = try await Self.caches(Int64(redis), Int64(file))
            let found = try #require(await CacheReader(caches).newest())
            #expect(found.kind == expected)
            #expect(found.snapshot.position.revision == Revision(9))
            #expect(CatalogRecords(found.snapshot.catalog) == CatalogRecords(Sample.snapshot().catalog))
        }
    }

    @Test("One that is not whole is passed over for an older one that is, and says so")
    func notWhole() async throws {
        let caches = try await Self.caches(9, 8)
        caches[0].removePart()
        let log = LoggedEvents()
        let found = try #require(await CacheReader(caches, logger: log.logger).newest())
        #expect(found.kind == .file)
        #expect(log.messages.count == 1 && log.messages[0].contains("is missing"), "\(log.messages)")
        caches[1].flipBit()
        #expect(await CacheReader(caches).newest() == nil)
    }

    @Test("One that fails is passed over, and two that are empty give nothing")
    func failing() async throws {
        let caches = try await Self.caches(9, 8)
        caches[0].outage = CacheError(.timedOut, "Redis does not answer")
        let log = LoggedEvents()
        #expect(await CacheReader(caches, logger: log.logger).newest()?.kind == .file)
        #expect(log.messages.count == 1 && log.messages[0].contains("Redis does not answer"), "\(log.messages)")
        caches[0].outage = nil
        for cache in caches { cache.empty() }
        #expect(await CacheReader(caches).newest() == nil)
        #expect(await CacheReader([]).newest() == nil)
    }

    @Test("The shared one of another registry is not used, however new it is")
    func foreign() async throws {
        let caches = try await Self.caches(8, 8)
        caches[0].empty()
        _ = try await caches[0].save(Sample.snapshot(99, timeline: 3, registryID: "other"))
        let log = LoggedEvents()
        let found = try #require(await CacheReader(caches, logger: log.logger).newest())
        #expect(found.kind == .file)
        #expect(log.messages.count == 1 && log.messages[0].contains("another registry"), "\(log.messages)")
        #expect(await CacheReader(caches).newest(registryID: "other")?.kind == .redis)
        #expect(await CacheReader(caches).newest(registryID: "third") == nil)
    }

    @Test("One that may be another registry's is used only by who knows its own registry, by its file or otherwise")
    func contested() async throws {
        let caches = try await Self.caches(9, 8)
        caches[0].isContested = true
        #expect(await CacheReader(caches).newest()?.kind == .redis)
        caches[1].empty()
        let log = LoggedEvents()
        #expect(await CacheReader(caches, logger: log.logger).newest() == nil)
        #expect(log.messages.count == 1 && log.messages[0].contains("redis.prefix"), "\(log.messages)")
        #expect(await CacheReader(caches).newest(registryID: "registry")?.kind == .redis)
    }

    @Test("Why one is not used is told once, and again when it is something else")
    func toldOnce() async throws {
        let caches = try await Self.caches(9, 8)
        let log = LoggedEvents()
        let reader = CacheReader(caches, logger: log.logger)
        for (round, reason) in ["late", "late", "gone", "late"].enumerated() {
            caches[0].outage = CacheError(.timedOut, reason)
            _ = await reader.history()
            #expect(await reader.newest()?.kind == .file)
            #expect(log.messages.count == [1, 1, 2, 3][round] && log.messages.last?.contains(reason) == true)
        }
    }

    private static func caches(_ redis: Int64, _ file: Int64) async throws -> [InMemoryCache] {
        let caches = [InMemoryCache(.redis), InMemoryCache(.file)]
        _ = try await caches[0].save(Sample.snapshot(redis))
        _ = try await caches[1].save(Sample.snapshot(file))
        return caches
    }
}
