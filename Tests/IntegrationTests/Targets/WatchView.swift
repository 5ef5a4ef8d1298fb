import RollcallClient
import ServerTestKit
import Synchronization

/// What a watch shows: of each service the instances that are available, and each that left them.
final class WatchView: Sendable {
    typealias Departure = (key: InstanceKey, time: ContinuousClock.Instant)

    private struct State {
        var services: [ServiceKey: Set<String>] = [:]
        var departures: [Departure] = []

        mutating func leave(_ ids: Set<String>, of service: ServiceKey, at time: ContinuousClock.Instant) {
            for id in ids { self.departures.append((InstanceKey(service: service, id: id), time)) }
        }
    }

    private let state = Mutex(State())

    func take(_ block: Subscriber.Block) {
        let now = ContinuousClock.now
        self.state.withLock { state in
            switch block.document {
            case .snapshot(let key, _, let service):
                let instances = Set((service.instances ?? []).map(\.id))
                state.leave(state.services[key, default: []].subtracting(instances), of: key, at: now)
                state.services[key] = instances
            case .change(let key, _, _, let instances, let removed):
                state.services[key, default: []].formUnion(instances.map(\.id))
                state.leave(state.services[key, default: []].intersection(removed), of: key, at: now)
                state.services[key, default: []].subtract(removed)
            default: break
            }
        }
    }

    /// Nil before the first snapshot.
    func instances(of service: ServiceKey) -> Set<String>? { self.state.withLock { $0.services[service] } }

    /// Those that left since this was asked last, and when that was told.
    func takeDepartures() -> [Departure] {
        self.state.withLock { state in
            defer { state.departures = [] }
            return state.departures
        }
    }
}
