import RegistryCatalog
import RegistryCluster
import RegistryModel
import ServiceLifecycle

/// Lets this node take part in its cluster once its catalogue follows the store.
struct ClusterService: ServiceLifecycle.Service {
    let cluster: ClusterNode
    let catalog: Catalog
    let clock: any RegistryClock

    private static let glance = TimeSpan.milliseconds(20)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !self.catalog.followsStore {
                do { try await self.clock.sleep(for: Self.glance) } catch { return }
            }
            await self.cluster.run(self.catalog)
        }
    }
}
