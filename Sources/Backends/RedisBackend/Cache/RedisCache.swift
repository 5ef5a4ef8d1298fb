import NIOCore
public import RegistryCatalog
import RegistryModel

/// The last snapshot of the catalogue in Redis, shared by all nodes of a registry.
///
/// Chunks are written under names of their own, and then one script lets the manifest point to them, if they are newer than what it
/// pointed to. Everything expires: a snapshot a week after anybody confirmed it, chunks without a manifest after ten minutes.
public final class RedisCache: SharedCache {
    /// How long things last, and take at most.
    struct Bounds {
        /// What nobody confirms any more.
        var snapshot = TimeSpan.days(7)
        /// Chunks whose manifest is still to come; longer than ``transfer``.
        var unfinished = TimeSpan.minutes(10)
        /// Saving or loading as a whole.
        var transfer = TimeSpan.minutes(1)
        /// Chunks that are sent or asked for together.
        var batchBytes = 4 << 20
        /// Of one chunk; 1 MiB.
        var chunkBytes = SnapshotEncoder.chunkBytes
    }

    public let kind = CacheKind.redis
    let client: RedisClient
    let keys: SnapshotKeys
    let bounds: Bounds
    private let store: String
    private let address: String

    /// Nothing is connected yet. Throws `refused` when TLS cannot be set up.
    public convenience init(_ configuration: RedisConfiguration) throws(CacheError) {
        try self.init(configuration, bounds: Bounds())
    }

    init(_ configuration: RedisConfiguration, bounds: Bounds) throws(CacheError) {
        self.address = configuration.address
        self.keys = SnapshotKeys(prefix: configuration.prefix)
        self.store = configuration.store
        self.bounds = bounds
        do throws(RedisError) {
            self.client = try RedisClient(configuration)
        } catch {
            throw CacheError(error, at: configuration.address)
        }
    }

    /// Closes the connections.
    public func shutDown() async { await self.client.shutDown() }

    public func position() async throws(CacheError) -> SnapshotPosition? { try await self.head()?.manifest.position }

    public func confirm(_ position: SnapshotPosition) async throws(CacheError) -> Bool {
        switch try await self.run(CacheScript.confirm, self.arguments(of: position)) {
        case "held": return true
        case "none", "older", "missing": return false
        case "foreign": throw self.foreign
        case let word: throw self.unexpected(word)
        }
    }

    public func hasRival() async throws(CacheError) -> Bool {
        let replies = try await self.send([
            RedisCommand("HMGET", .text(self.keys.manifest), .text(SnapshotKeys.Field.registry)),
            RedisCommand("GET", .text(self.keys.rival)),
        ])
        guard replies.count == 2, case .array(let fields) = replies[0], fields.count == 1 else {
            throw self.unexpected("HMGET")
        }
        guard let owner = fields[0].string, let mark = replies[1].string, let rival = SnapshotRival(mark) else {
            return false
        }
        return rival.mayBeRegistry(ofNodeWith: self.store, insteadOf: owner)
    }

    // MARK: What saving and loading share

    /// The manifest that is there, and the names of its chunks.
    struct Head {
        var manifest: SnapshotManifest
        var generation: String
    }

    /// Nil when there is none. Throws `foreign` when it names another store than this registry's.
    func head() async throws(CacheError) -> Head? {
        let command = RedisCommand(
            "HMGET", .text(self.keys.manifest), .text(SnapshotKeys.Field.manifest),
            .text(SnapshotKeys.Field.generation), .text(SnapshotKeys.Field.store))
        guard case .array(let fields) = try await self.send(command), fields.count == 3 else {
            throw self.unexpected("HMGET")
        }
        if let store = fields[2].string, store != self.store { throw self.otherStore(store) }
        switch (fields[0], fields[1]) {
        case (.null, .null): return nil
        case (.bytes(let manifest), .bytes(let generation)):
            return Head(manifest: try self.manifest(manifest), generation: String(buffer: generation))
        default: throw CacheError(.manifest, in: self.place)
        }
    }

    private func manifest(_ bytes: ByteBuffer) throws(CacheError) -> SnapshotManifest {
        do throws(SnapshotFault) {
            return try SnapshotManifest(encoded: Array(bytes.readableBytesView))
        } catch {
            throw CacheError(error, in: self.place)
        }
    }

    /// What every script is told.
    func arguments(of position: SnapshotPosition) -> [RedisCommand.Argument] {
        [
            .text(position.registryID), "\(position.timeline)", "\(position.revision)", .text(self.keys.chunks),
            "\(self.bounds.snapshot.milliseconds)", .text(self.store),
        ]
    }

    /// Runs a script and gives its word. Its text goes along each time: Redis may have forgotten it, and it is short.
    func run(_ script: String, _ arguments: [RedisCommand.Argument]) async throws(CacheError) -> String {
        let head: [RedisCommand.Argument] = [
            "EVAL", .text(script), "2", .text(self.keys.manifest), .text(self.keys.rival),
        ]
        guard case .bytes(let word) = try await self.send(RedisCommand(head + arguments)) else {
            throw self.unexpected("EVAL")
        }
        return String(buffer: word)
    }

    func send(_ command: RedisCommand) async throws(CacheError) -> RESPValue {
        do throws(RedisError) {
            return try await self.client.send(command)
        } catch {
            throw CacheError(error, at: self.address)
        }
    }

    func send(_ commands: [RedisCommand]) async throws(CacheError) -> [RESPValue] {
        do throws(RedisError) {
            return try await self.client.send(commands)
        } catch {
            throw CacheError(error, at: self.address)
        }
    }

    // MARK: Faults

    var place: String { "Redis at \(self.address) under \(self.keys.manifest)" }

    var foreign: CacheError {
        CacheError(
            .foreign,
            "\(self.place) has the snapshot of another registry, which stays; give this registry a redis.prefix of its own, "
                + "or delete that key if its registry is no more; then delete \(self.keys.rival)")
    }

    func otherStore(_ store: String) -> CacheError {
        CacheError(
            .foreign,
            "\(self.place) has the snapshot of a registry with another store (\(store)) than this one's (\(self.store)), which is "
                + "not used; give each registry a redis.prefix of its own, or delete \(self.keys.manifest) if that store is no more"
        )
    }

    func unexpected(_ word: String) -> CacheError {
        CacheError(.refused, "Redis at \(self.address) gave an answer that this version does not know (\(word))")
    }

    /// Between two batches of a transfer.
    func checkTime(_ deadline: NIODeadline) throws(CacheError) {
        guard !Task.isCancelled else {
            throw CacheError(.unavailable, "\(self.place): the transfer was stopped")
        }
        guard NIODeadline.now() < deadline else {
            throw CacheError(.timedOut, "\(self.place): the transfer took more than \(self.bounds.transfer)")
        }
    }
}
