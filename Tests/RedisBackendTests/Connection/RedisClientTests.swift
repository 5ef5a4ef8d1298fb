import NIOCore
import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("A client of a real Redis", .redis, .timeLimit(.minutes(5)))
struct RedisClientTests {
    @Test("Commands are answered in order, many at once over few connections")
    func manyAtOnce() async throws {
        let configuration = try RedisServer.shared().configuration()
        try await withClient(configuration) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        let replies = try await client.send((0..<10).map { RedisCommand("ECHO", "\(index)-\($0)") })
                        let expected = (0..<10).map { RESPValue.bytes(ByteBuffer(string: "\(index)-\($0)")) }
                        #expect(replies == expected)
                    }
                }
                try await group.waitForAll()
            }
            #expect((1...configuration.poolSize).contains(client.connections))
        }
    }

    @Test("Bytes of any kind and length come back as they were sent", arguments: [0, 1, 65_536, 3_000_000])
    func bytes(_ length: Int) async throws {
        let configuration = try RedisServer.shared().configuration()
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withClient(configuration) { client in
            let reply = try await client.send(RedisCommand("ECHO", .bytes(bytes)))
            #expect(reply == .bytes(ByteBuffer(bytes: bytes)))
        }
    }

    @Test("What Redis refuses is thrown in its words, and the connection stays")
    func refusals() async throws {
        let configuration = try RedisServer.shared().configuration()
        try await withClient(configuration) { client in
            let error = await redisError { _ = try await client.send(RedisCommand("NOSUCH")) }
            #expect(error?.code == .refused && error?.message.contains("NOSUCH") == true)
            let reply = try await client.send(RedisCommand("PING"))
            #expect(reply == .text("PONG"))
            #expect(client.connections == 1)
        }
    }

    @Test("Each connection has the database that was asked for")
    func database() async throws {
        var configuration = try RedisServer.shared().configuration()
        let key = configuration.prefix
        for database in [0, 3] {
            configuration.database = database
            try await withClient(configuration) { client in
                #expect(try await client.send(RedisCommand("EXISTS", .text(key))) == .integer(0))
                _ = try await client.send(RedisCommand("SET", .text(key), "1"))
            }
        }
        configuration.database = 9_999
        let error = await redisError {
            try await withClient(configuration) { _ = try await $0.send(RedisCommand("PING")) }
        }
        #expect(error?.message.contains("DB index") == true, "\(String(describing: error))")
    }

    @Test("Where nobody listens, calls fail at once and go on when somebody does")
    func nobody() async throws {
        let server = try RedisServer()
        try await withClient(server.configuration()) { client in
            for _ in 0..<20 {
                #expect(await redisError { _ = try await client.send(RedisCommand("PING")) }?.code == .unavailable)
            }
            try server.start()
            try await eventually { (try? await client.send(RedisCommand("PING"))) != nil }
            server.stop()
            try await eventually { client.connections == 0 }
            #expect(await redisError { _ = try await client.send(RedisCommand("PING")) }?.code == .unavailable)
            try server.start()
            try await eventually { (try? await client.send(RedisCommand("PING"))) != nil }
        }
        server.stop()
    }

    @Test("One that does not answer costs no more than the timeout")
    func frozen() async throws {
        let server = try RedisServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady(server.configuration())
        try await withClient(server.configuration(timeout: .milliseconds(300))) { client in
            try await eventually { (try? await client.send(RedisCommand("PING"))) != nil }
            server.freeze()
            // The first is sent over the open connection; later ones connect, since the kernel still answers, and greet in vain.
            for _ in 0..<3 {
                let error = await redisError { _ = try await client.send(RedisCommand("PING")) }
                #expect(error?.code == .timedOut, "\(String(describing: error))")
                try await eventually { client.connections == 0 }
            }
            server.thaw()
            try await eventually { (try? await client.send(RedisCommand("PING"))) != nil }
        }
    }

    @Test("After it was stopped, calls fail")
    func stopped() async throws {
        let client = try RedisClient(RedisServer.shared().configuration())
        _ = try await client.send(RedisCommand("PING"))
        await client.shutDown()
        #expect(client.connections == 0)
        #expect(await redisError { _ = try await client.send(RedisCommand("PING")) }?.code == .unavailable)
    }
}

/// How a client refuses; nil when it does not.
func redisError(_ body: () async throws -> Void) async -> RedisError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? RedisError
    }
}
