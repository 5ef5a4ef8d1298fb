import RegistryCatalog
import RegistryModel
import Synchronization

/// Watches as an HTTP client does: it keeps the last revision from which it may resume, is cut at any moment, and comes back with it.
struct Watcher: Sendable {
    let number: Int
    let scope: WatchScope
    /// How often in a thousand it lets the registry wait.
    let slowness: Int
    let world: Surroundings
    let node: any Entrance

    private final class Place: Sendable {
        private let state = Mutex<(resumable: Revision?, isSettled: Bool)>((nil, false))

        var resumable: Revision? {
            get { self.state.withLock { $0.resumable } }
            set { self.state.withLock { $0.resumable = newValue } }
        }

        var isSettled: Bool {
            get { self.state.withLock { $0.isSettled } }
            set { self.state.withLock { $0.isSettled = newValue } }
        }
    }

    /// Returns when everything is calm and it has heard the rest.
    func run() async {
        let place = Place()
        while !place.isSettled {
            await self.world.clock.rest(for: self.world.dice.milliseconds(0...400))
            guard let registry = self.node.registry else {
                await self.world.clock.rest(for: .milliseconds(100))
                continue
            }
            await registry.attend {
                await registry.life.whileItLasts {
                    do {
                        try await self.watch(registry, place)
                    } catch {
                        self.world.trace.say("watcher \(self.number) was cut: \(error)")
                    }
                }
            }
            self.node.disappoint()
        }
    }

    private func note(_ event: Event, _ registry: Registry) { self.world.judge.note(event, at: registry.machine) }

    private func watch(_ registry: Registry, _ place: Place) async throws {
        // Now and then it has forgotten where it was, and begins anew.
        if self.world.dice.chance(50) { place.resumable = nil }
        // Revision 0 is before everything: whoever has seen only that begins anew.
        let from = place.resumable.flatMap { $0 > .zero ? $0 : nil }
        if let from { try await registry.awaitRevision(from) }
        let watch = registry.watch(self.scope, from: from)
        defer { watch.close() }
        self.note(.watching(self.number, self.scope, from: from), registry)
        var isResumed = from != nil
        while true {
            let isCalm = self.world.isCalm
            if !isCalm, self.world.dice.chance(self.slowness) {
                try await self.world.clock.sleep(for: self.world.dice.milliseconds(200...3_000))
            }
            let applied = registry.appliedRevision
            guard let told = try await registry.next(watch, timeout: .milliseconds(600), isResumed: isResumed) else {
                guard !registry.life.isOver else { return }
                self.note(.quiet(self.number, applied: applied), registry)
                guard isCalm else { continue }
                place.isSettled = true
                return
            }
            isResumed = false
            guard try await self.hear(told, place, registry) else { return }
        }
    }

    /// False when the connection is cut.
    private func hear(_ all: [Told], _ place: Place, _ registry: Registry) async throws -> Bool {
        for told in all {
            self.note(.told(self.number, told), registry)
            if told.isResumable { place.resumable = told.revision }
            if !self.world.isCalm, self.world.dice.chance(20) { return false }
            if self.world.dice.chance(20) { try await self.world.clock.sleep(for: .milliseconds(5)) }
        }
        return true
    }
}
