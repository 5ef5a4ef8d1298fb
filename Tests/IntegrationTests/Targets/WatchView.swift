import RollcallClient
import Synchronization

/// What a watch shows: of each service the instances that are available.
final class WatchView: Sendable {
    private let services = Mutex<[ServiceKey: Set<String>]>([:])

    func take(_ block: Subscriber.Block) {
        self.services.withLock { services in
            switch block.document {
            case .snapshot(let key, _, let service):
                services[key] = Set((service.instances ?? []).map(\.id))
            case .change(let key, _, _, let instances, let removed):
                services[key, default: []].formUnion(instances.map(\.id))
                services[key, default: []].subtract(removed)
            default: break
            }
        }
    }

    /// Nil before the first snapshot.
    func instances(of service: ServiceKey) -> Set<String>? { self.services.withLock { $0[service] } }
}
