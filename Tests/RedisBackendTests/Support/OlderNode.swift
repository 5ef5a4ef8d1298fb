import RegistryCatalog
import Testing

@testable import RedisBackend

/// A node of the version before snapshots named their registry's store, beside one of this version: its scripts, word for word, under
/// the same keys. Never change them.
struct OlderNode {
    let cache: RedisCache

    /// Its word.
    func save(_ snapshot: CatalogSnapshot) async throws -> String {
        let generation = SnapshotKeys.newGeneration()
        var encoder = SnapshotEncoder(snapshot, chunkBytes: 512)
        while let chunk = encoder.next() {
            let name = self.cache.keys.chunk(encoder.manifest.chunks.count - 1, of: generation)
            _ = try await self.cache.client.send(RedisCommand("SET", .text(name), .bytes(chunk)))
        }
        return try await self.run(
            Self.held + Self.save, snapshot.position,
            [.text(generation), "\(encoder.manifest.chunks.count)", .bytes(encoder.manifest.encoded())])
    }

    /// Its word.
    func confirm(_ position: SnapshotPosition) async throws -> String {
        try await self.run(Self.held + Self.confirm, position, [])
    }

    private func run(
        _ script: String, _ position: SnapshotPosition, _ rest: [RedisCommand.Argument]
    ) async throws -> String {
        let head: [RedisCommand.Argument] = [
            "EVAL", .text(script), "1", .text(self.cache.keys.manifest), .text(position.registryID),
            "\(position.timeline)", "\(position.revision)", .text(self.cache.keys.chunks), "604800000",
        ]
        return try #require(try await self.cache.client.send(RedisCommand(head + rest)).string)
    }

    private static let save = """
        local generation, count = ARGV[6], tonumber(ARGV[7])
        local function refuse(word) drop(generation, count) return word end
        if isOther then return refuse('foreign') end
        if old and not isOlder and whole(old[4], tonumber(old[5])) then return refuse('superseded') end
        if not whole(generation, count) then return refuse('missing') end
        for i = 0, count - 1 do redis.call('PEXPIRE', chunk(generation, i), ARGV[5]) end
        local done = redis.pcall('HSET', KEYS[1], 'registry', ARGV[1], 'timeline', ARGV[2], 'revision', ARGV[3],
            'generation', generation, 'chunks', ARGV[7], 'manifest', ARGV[8])
        if type(done) == 'table' and done.err then refuse('full') return done end
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        if old then drop(old[4], tonumber(old[5])) end
        return 'saved'
        """

    private static let confirm = """
        if isOther then return 'foreign' end
        if not old then return 'none' end
        if isOlder then return 'older' end
        local generation, count = old[4], tonumber(old[5])
        if not whole(generation, count) then return 'missing' end
        for i = 0, count - 1 do redis.call('PEXPIRE', chunk(generation, i), ARGV[5]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        return 'held'
        """

    private static let held = """
        local function chunk(generation, i) return ARGV[4] .. generation .. ':' .. i end
        local function whole(generation, count)
            for i = 0, count - 1 do
                if redis.call('EXISTS', chunk(generation, i)) == 0 then return false end
            end
            return true
        end
        local function drop(generation, count)
            for i = 0, count - 1 do redis.call('UNLINK', chunk(generation, i)) end
        end
        local old = redis.call('HMGET', KEYS[1], 'registry', 'timeline', 'revision', 'generation', 'chunks')
        if not (old[1] and old[2] and old[3] and old[4] and old[5]) then old = nil end
        local isOther = old and old[1] ~= ARGV[1]
        local timeline, revision = tonumber(ARGV[2]), tonumber(ARGV[3])
        local isOlder = old and (tonumber(old[2]) < timeline
            or tonumber(old[2]) == timeline and tonumber(old[3]) < revision)

        """
}
