import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

/// A suite with one Redis for all of its tests, each with a prefix of its own. Without redis-server they fail.
struct RedisTrait: SuiteTrait, TestScoping {
    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withRedis { server in
            try await RedisServer.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == RedisTrait {
    static var redis: Self { RedisTrait() }
}

extension RedisServer {
    /// The suite's.
    @TaskLocal static var current: RedisServer?

    static func shared() throws -> RedisServer { try #require(RedisServer.current) }

    /// A busy machine may take seconds for what takes a millisecond.
    func configuration(
        credentials: RedisConfiguration.Credentials? = nil, tls: RedisConfiguration.TLS? = nil,
        timeout: TimeSpan = .seconds(20), store: String = "etcd /rollcall"
    ) -> RedisConfiguration {
        RedisConfiguration(
            host: "127.0.0.1", port: self.port, credentials: credentials, tls: tls, poolSize: 4, timeout: timeout,
            prefix: "test-\(UInt64.random(in: .min ... .max))", store: store)
    }

    func waitUntilReady(_ configuration: RedisConfiguration) async throws {
        try await eventually("Redis answers: \(self.log)") {
            try await withClient(configuration) { client in (try? await client.send(RedisCommand("PING"))) != nil }
        }
    }
}

/// Runs a Redis while `body` runs.
func withRedis(
    _ arguments: [String] = [], tls: TestCertificates? = nil, credentials: RedisConfiguration.Credentials? = nil,
    _ body: (RedisServer) async throws -> Void
) async throws {
    let server = try RedisServer(arguments, tls: tls)
    try server.start()
    defer { server.stop() }
    let security = tls.map { RedisConfiguration.TLS(authorities: $0.certificate("ca")) }
    try await server.waitUntilReady(server.configuration(credentials: credentials, tls: security))
    try await body(server)
}

/// A client for as long as `body` runs.
func withClient<Result>(
    _ configuration: RedisConfiguration, _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = try RedisClient(configuration)
    do {
        let result = try await body(client)
        await client.shutDown()
        return result
    } catch {
        await client.shutDown()
        throw error
    }
}

/// A cache, with chunks so small that a snapshot has several, for as long as `body` runs.
func withCache(
    _ configuration: RedisConfiguration, chunkBytes: Int = 512, batchBytes: Int = 2_048,
    _ body: (RedisCache) async throws -> Void
) async throws {
    var bounds = RedisCache.Bounds()
    bounds.chunkBytes = chunkBytes
    bounds.batchBytes = batchBytes
    let cache = try RedisCache(configuration, bounds: bounds)
    do {
        try await body(cache)
        await cache.shutDown()
    } catch {
        await cache.shutDown()
        throw error
    }
}

extension RedisCache {
    /// The names of all keys that begin with the cache's prefix.
    func names() async throws -> [String] {
        guard case .array(let names) = try await self.client.send(RedisCommand("KEYS", "\(self.keys.prefix):*")) else {
            return []
        }
        return names.compactMap { if case .bytes(let name) = $0 { String(buffer: name) } else { nil } }.sorted()
    }

    /// The names of chunks, of whatever generation.
    func chunkNames() async throws -> [String] { try await self.names().filter { $0.hasPrefix(self.keys.chunks) } }
}

/// How a cache refuses; nil when it does not.
func refusal(_ body: () async throws -> Void) async -> CacheError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? CacheError
    }
}
