import NIOCore
import NIOPosix
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// Looks at this machine's network every few seconds, so that the catalogue can tell, when many fall at once, whether it was the network.
struct NetworkSense: ServiceLifecycle.Service {
    let catalog: Catalog
    let clock: any RegistryClock
    var files = NetworkFiles(read: SmallFile.text)
    /// Whether this process reaches itself; nil when that cannot be found out.
    var loopback: @Sendable () async -> Bool? = Self.reachesItself

    private static let interval = TimeSpan.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var hadRoute = false
            while !Task.isCancelled {
                self.catalog.note(await self.look(&hadRoute))
                do { try await self.clock.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    /// - Parameter hadRoute: whether there ever was a default route: a machine without one may be meant to be so.
    func look(_ hadRoute: inout Bool) async -> NetworkEvidence {
        let gateway = self.files.gateway
        let hasRoute = self.files.hasDefaultRoute
        defer { hadRoute = hadRoute || hasRoute == true }
        return NetworkEvidence(
            loopbackWorks: await self.loopback(), gateway: gateway, lostRoute: hadRoute && hasRoute == false)
    }

    /// Listens on any free port of 127.0.0.1 and connects to it. A listener that cannot be opened says nothing about the network.
    private static func reachesItself() async -> Bool? {
        let group = MultiThreadedEventLoopGroup.singleton
        guard let listener = try? await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get(),
            let address = listener.localAddress
        else { return nil }
        let connection = try? await ClientBootstrap(group: group).connectTimeout(.seconds(1)).connect(to: address).get()
        // What is closed already has no better end.
        try? await connection?.close()
        try? await listener.close()
        return connection != nil
    }
}
