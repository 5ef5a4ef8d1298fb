import NIOCore
import NIOPosix

/// A server that runs as a process of its own on a port of the loopback address.
public struct Server: Sendable {
    public let name: String
    public let port: Int
    public let process: ChildProcess

    /// Starts it, waits until it accepts connections, runs `body`, and stops it.
    public static func with<Value>(
        _ name: String, port: Int, _ command: [String], log: String, _ body: (Server) async throws -> Value
    ) async throws -> Value {
        let server = Server(name: name, port: port, process: try ChildProcess(command, log: log))
        do {
            try await server.accepts(within: .seconds(60))
            let value = try await body(server)
            try await server.process.stop()
            return value
        } catch {
            try await server.process.stop()
            throw error
        }
    }

    /// Waits until it accepts connections.
    public func accepts(within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            guard self.process.isRunning else { break }
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: self.port).get() {
                return try await channel.close()
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChildProcess.Fault(
            description: "\(self.name) does not accept connections; it said: \(self.process.output.suffix(2_000))")
    }

    /// Runs `body` and returns how many cores it kept busy meanwhile.
    public func metered<Value>(_ body: () async throws -> Value) async throws -> (value: Value, cores: Double) {
        let meter = ServerMeter(self.process)
        let value = try await body()
        return (value, meter.cores)
    }
}
