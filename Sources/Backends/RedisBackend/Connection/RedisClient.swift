import NIOCore
import NIOPosix
import RegistryModel
import Synchronization

/// A client of one Redis: commands over a few connections, which are opened when they are needed and replaced when they are lost.
///
/// Every call ends within three times the timeout: connecting, greeting, and the answer. Nothing is tried twice.
final class RedisClient: Sendable {
    private typealias Opening = EventLoopPromise<RedisConnection>

    private struct State {
        var pool: PoolState<RedisConnection, EventLoopPromise<RedisConnection>>
        var isShutDown = false
    }

    private let timeout: TimeAmount
    private let dialer: RedisDialer
    private let group: any EventLoopGroup
    private let state: Mutex<State>

    /// Throws `insecure` when TLS cannot be set up.
    init(_ configuration: RedisConfiguration) throws(RedisError) {
        let group = MultiThreadedEventLoopGroup.singleton
        self.timeout = .milliseconds(configuration.timeout.milliseconds)
        self.group = group
        self.dialer = try RedisDialer(configuration, group: group)
        self.state = Mutex(State(pool: PoolState(limit: configuration.poolSize)))
    }

    /// Connections that are open or being opened.
    var connections: Int { self.state.withLock { $0.pool.count } }

    /// Sends one command. An answer that says no is thrown.
    func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        let reply = try await self.send([command])[0]
        if case .error(let text) = reply { throw RedisError(reply: text) }
        return reply
    }

    /// Sends commands together over one connection, and gives their replies in order. An answer that says no is thrown, the first of
    /// several; the others have had their effect.
    func send(_ commands: [RedisCommand]) async throws(RedisError) -> [RESPValue] {
        let connection = try await self.connection()
        defer { self.state.withLock { $0.pool.finish(connection.id) } }
        let replies: [RESPValue]
        do {
            replies = try await connection.send(commands, until: .now() + self.timeout).get()
        } catch {
            throw RedisError(error)
        }
        for case .error(let text) in replies { throw RedisError(reply: text) }
        return replies
    }

    private func connection() async throws(RedisError) -> RedisConnection {
        let grant = self.state.withLock { state in
            state.isShutDown
                ? .refused(RedisError(.unavailable, "the client was stopped"))
                : state.pool.take(at: .now()) { self.group.next().makePromise(of: RedisConnection.self) }
        }
        switch grant {
        case .use(let connection): return connection
        case .refused(let fault): throw fault
        case .open(let opening):
            self.open(opening)
            return try await self.opened(opening)
        case .join(let opening): return try await self.opened(opening)
        }
    }

    private func opened(_ opening: Opening) async throws(RedisError) -> RedisConnection {
        do {
            let connection = try await opening.futureResult.get()
            self.state.withLock { $0.pool.begin(connection.id) }
            return connection
        } catch {
            // Others may be open, which Redis lets go on though it takes no further one.
            if let other = self.state.withLock({ $0.pool.takeOpen() }) { return other }
            throw RedisError(error)
        }
    }

    private func open(_ opening: Opening) {
        self.dialer.dial().whenComplete { result in
            switch result {
            case .success(let connection):
                let isShutDown = self.state.withLock { state in
                    state.pool.opened(connection)
                    return state.isShutDown
                }
                connection.channel.closeFuture.whenComplete { _ in
                    self.state.withLock { $0.pool.closed(connection.id) }
                }
                if isShutDown { connection.channel.close(promise: nil) }
            case .failure(let error):
                self.state.withLock { $0.pool.failed(RedisError(error), at: .now()) }
            }
            opening.completeWith(result)
        }
    }

    /// Closes every connection, and waits until they are closed. Later calls fail.
    func shutDown() async {
        let connections = self.state.withLock { state in
            state.isShutDown = true
            return state.pool.removeAll()
        }
        for connection in connections {
            connection.channel.close(promise: nil)
            try? await connection.channel.closeFuture.get()
        }
    }
}
