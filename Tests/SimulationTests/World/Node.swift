import RegistryCatalog
import RegistryModel
import Synchronization

/// The machine on which one process of the registry after the other runs.
final class Node: Entrance {
    private struct State {
        var registry: Registry?
        var store: SimulatedStore?
        var catalog: Catalog?
        var isStopped = false
    }

    private let world: Surroundings
    private let clock: any RegistryClock
    private let state = Mutex(State())

    init(_ world: Surroundings) {
        self.world = world
        self.clock = world.fault?.clock(world.clock) ?? world.clock
    }

    /// The process that answers now; nil while there is none.
    var registry: Registry? { self.state.withLock { $0.registry } }

    func run() async {
        while !self.state.withLock({ $0.isStopped }) {
            let store = SimulatedStore(self.world)
            let catalog = Catalog(store: store, clock: self.clock, settings: self.world.settings.catalog)
            do {
                try await catalog.load()
                await self.live(catalog, store)
            } catch {
                self.world.trace.say("a process could not start: \(error)")
            }
            await self.world.clock.rest(for: self.world.dice.milliseconds(20...1_500))
        }
    }

    private func live(_ catalog: Catalog, _ store: SimulatedStore) async {
        let subject = self.world.fault?.subject(catalog, self.world.clock) ?? SoundSubject(catalog: catalog)
        let registry = Registry(subject, self.world)
        self.world.judge.note(
            .loaded(
                catalog.services(namespace: nil, after: nil, limit: .max), applied: catalog.appliedRevision))
        self.state.withLock { state in
            (state.registry, state.store, state.catalog) = (registry, store, catalog)
        }
        await registry.life.whileItLasts {
            do { try await catalog.run() } catch { self.world.trace.say("the catalogue ended: \(error)") }
        }
        self.end()
    }

    /// A graceful stop: what waits is done and answered first.
    func restart() {
        let catalog = self.state.withLock { $0.catalog }
        catalog?.stop()
    }

    /// `SIGKILL`: whatever this process knows and would say is gone.
    func crash() { self.end() }

    private func end() {
        let (registry, store) = self.state.withLock { state in
            defer { (state.registry, state.store, state.catalog) = (nil, nil, nil) }
            return (state.registry, state.store)
        }
        guard let registry, let store else { return }
        registry.life.end()
        store.fence()
        self.world.judge.note(.crashed)
    }

    /// The regular end, for good.
    func stop() {
        let (registry, catalog) = self.state.withLock { state in
            state.isStopped = true
            return (state.registry, state.catalog)
        }
        catalog?.stop()
        registry?.life.end()
    }
}
