/// What Redis decides by itself, at one moment: whether a snapshot is newer than the one that is there, and whether that is whole.
///
/// KEYS are the manifest and the rival's mark, ARGV what ``RedisCache`` gives. Timelines and revisions are below 2^53, which Lua's numbers
/// hold exactly.
enum CacheScript {
    /// Puts the manifest of a snapshot whose chunks are there in the place of the old one, and removes what it replaces.
    ///
    /// ARGV: registry id, timeline, revision, what names of chunks begin with, milliseconds to keep it, the registry's store, generation,
    /// number of chunks, manifest. Answers `saved`; `superseded`, `foreign` or `missing`, and then the new chunks are removed.
    static let save =
        held + """
            local generation, count = ARGV[7], tonumber(ARGV[8])
            local function refuse(word) drop(generation, count) return word end
            if isOther then return refuse('foreign') end
            if old and not isOlder and whole(old[4], tonumber(old[5])) then return refuse('superseded') end
            if not whole(generation, count) then return refuse('missing') end
            for i = 0, count - 1 do redis.call('PEXPIRE', chunk(generation, i), ARGV[5]) end
            local done = redis.pcall('HSET', KEYS[1], 'registry', ARGV[1], 'timeline', ARGV[2], 'revision', ARGV[3],
                'store', ARGV[6], 'generation', generation, 'chunks', ARGV[8], 'manifest', ARGV[9])
            if type(done) == 'table' and done.err then refuse('full') return done end
            redis.call('PEXPIRE', KEYS[1], ARGV[5])
            if old then drop(old[4], tonumber(old[5])) end
            return 'saved'
            """

    /// Lets the snapshot that is there last from now on as long as a new one, if it is whole and not older than asked for.
    ///
    /// ARGV: the first six of the above. Answers `held`, `none`, `older`, `foreign` or `missing`.
    static let confirm =
        held + """
            if isOther then return 'foreign' end
            if not old then return 'none' end
            if isOlder then return 'older' end
            local generation, count = old[4], tonumber(old[5])
            if not whole(generation, count) then return 'missing' end
            for i = 0, count - 1 do redis.call('PEXPIRE', chunk(generation, i), ARGV[5]) end
            redis.call('PEXPIRE', KEYS[1], ARGV[5])
            -- An older version wrote it. After a write a full Redis refuses a script nothing more.
            if not old[6] then redis.call('HSET', KEYS[1], 'store', ARGV[6]) end
            return 'held'
            """

    /// What is there, and how it compares with ARGV. Who finds another registry's, of which the store does not tell that it is another's,
    /// leaves a mark (``SnapshotRival``) for as long as a snapshot lasts; where there is no room for it the refusal is told all the same.
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
        local old = redis.call('HMGET', KEYS[1], 'registry', 'timeline', 'revision', 'generation', 'chunks', 'store')
        if not (old[1] and old[2] and old[3] and old[4] and old[5]) then old = nil end
        local isElsewhere = old and old[6] and old[6] ~= ARGV[6]
        local isOther = isElsewhere or old and old[1] ~= ARGV[1]
        if isOther and not isElsewhere then
            redis.pcall('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[6], 'PX', ARGV[5])
        end
        local timeline, revision = tonumber(ARGV[2]), tonumber(ARGV[3])
        local isOlder = old and (tonumber(old[2]) < timeline
            or tonumber(old[2]) == timeline and tonumber(old[3]) < revision)

        """
}
