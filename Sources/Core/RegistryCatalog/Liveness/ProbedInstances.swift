public import RegistryModel
import Synchronization

/// Instances whose checks by the registry may have to change: each is in it once, however often it changed, and whoever takes it looks
/// up how it is now. So nothing is lost, and nothing grows but with the number of instances.
///
/// Empty until somebody follows it. One task at a time takes from it.
public final class ProbedInstances: Sendable {
    private struct State {
        var isFollowed = false
        /// All that there are belong to it, too.
        var isStale = false
        var keys: Set<InstanceKey> = []
    }

    private let state = Mutex(State())
    private let waiter = Waiter()
    private let settings: CatalogSettings
    private let index: SnapshotIndex

    init(settings: CatalogSettings, index: SnapshotIndex) {
        self.settings = settings
        self.index = index
    }

    /// Up to `limit` of them; waits for one. Nil when the task is cancelled.
    public func next(limit: Int) async -> [InstanceKey]? {
        while true {
            // By whoever asks for it: the next commit must not wait for that.
            if self.takeStaleness() { self.add(self.index.all(namespace: nil).flatMap { self.keys(of: $0) }) }
            let taken = self.state.withLock { state in
                guard state.keys.count > limit else {
                    defer { state.keys = [] }
                    return Array(state.keys)
                }
                let taken = Array(state.keys.prefix(limit))
                state.keys.subtract(taken)
                return taken
            }
            if !taken.isEmpty { return taken }
            if await self.waiter.wait(deadline: .max) == .cancelled { return nil }
        }
    }

    /// Fills it from now on, and with what there is.
    func follow() {
        self.state.withLock { $0.isFollowed = true }
        self.noteAll()
    }

    /// Any may have to change: they were loaded, or others are this node's to check.
    func noteAll() {
        let isFollowed = self.state.withLock { state in
            state.isStale = state.isFollowed
            return state.isFollowed
        }
        if isFollowed { self.waiter.signal() }
    }

    func note(_ service: CatalogState.Applied) {
        guard self.state.withLock({ $0.isFollowed }) else { return }
        self.add(
            service.transitions.lazy
                .filter { [$0.before, $0.after].contains { $0.map { self.concerns($0.instance) } ?? false } }
                .map { InstanceKey(service: service.key, id: $0.id) })
    }

    private func takeStaleness() -> Bool {
        self.state.withLock { state in
            defer { state.isStale = false }
            return state.isStale
        }
    }

    private func keys(of snapshot: ServiceSnapshot) -> [InstanceKey] {
        snapshot.instances.lazy.filter { self.concerns($0.instance) }
            .map { InstanceKey(service: snapshot.key, id: $0.id) }
    }

    private func add(_ keys: some Sequence<InstanceKey>) {
        let isEmpty = self.state.withLock { state in
            state.keys.formUnion(keys)
            return state.keys.isEmpty
        }
        if !isEmpty { self.waiter.signal() }
    }

    /// Whether the registry checks it, or once did and has something left of that.
    private func concerns(_ instance: Instance) -> Bool {
        !instance.health.faults.isDisjoint(with: [.probe, .unchecked])
            || instance.spec.checks(defaultingTo: self.settings.defaultCheck).contains { $0.isProbe }
    }
}
