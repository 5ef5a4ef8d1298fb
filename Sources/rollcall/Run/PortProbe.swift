import NIOCore
import NIOPosix

/// Whether something accepts connections at an address.
struct PortProbe: Sendable {
    let host: String
    let port: UInt16

    /// One attempt, of at most a second.
    func accepts() async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(1))
        guard let channel = try? await bootstrap.connect(host: self.host, port: Int(self.port)).get() else {
            return false
        }
        // It was open; how it closes does not matter.
        try? await channel.close()
        return true
    }

    /// Tries until the port accepts: then true. False after `limit`, or when the task is cancelled.
    func waitUntilAccepting(atMost limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if await self.accepts() { return true }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return false }
        }
        return false
    }
}
