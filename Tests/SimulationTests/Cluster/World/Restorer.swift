import RegistryCatalog
import RegistryModel

@testable import EtcdBackend

/// Puts etcd back to what it was some time ago, looks at what the nodes make of it, and settles it.
struct Restorer: Sendable {
    let world: Surroundings
    let etcd: SimulatedEtcd
    let machines: [Machine]

    func run() async {
        await self.waitForCommands(self.world.settings.commands / 3)
        let backup = self.etcd.contents
        await self.waitForCommands(self.world.settings.commands * 2 / 3)
        let before = self.machines.map { self.shown(by: $0) }
        self.etcd.restore(backup)
        for machine in self.machines { machine.way.breakWatches() }
        for _ in 0..<80 {
            await self.world.clock.rest(for: .milliseconds(100))
            for (machine, shown) in zip(self.machines, before) { self.compare(machine, with: shown) }
        }
        while !(await self.settle()) { await self.world.clock.rest(for: .milliseconds(500)) }
        await self.world.clock.rest(for: .seconds(8))
        for (machine, shown) in zip(self.machines, before) {
            let isBehind = machine.registry.map { $0.appliedRevision <= shown.applied } ?? true
            self.world.judge.note(
                .putBack(isBehind ? "it goes back behind \(shown.applied)" : nil), at: machine.number)
        }
    }

    private func waitForCommands(_ count: Int) async {
        while self.world.commands < count { await self.world.clock.rest(for: .milliseconds(100)) }
    }

    private func settle() async -> Bool {
        do {
            try await self.machines[0].process?.settle(.adopt)
            return true
        } catch {
            self.world.trace.say("it could not be settled: \(error)")
            return false
        }
    }

    private typealias Shown = (applied: Revision, instances: [InstanceKey: Instance])

    private func shown(by machine: Machine) -> Shown {
        guard let catalog = machine.registry?.subject.catalog else { return (.zero, [:]) }
        var instances: [InstanceKey: Instance] = [:]
        for snapshot in catalog.services(namespace: nil, after: nil, limit: .max) {
            for record in snapshot.instances {
                instances[InstanceKey(service: snapshot.key, id: record.id)] = record.instance
            }
        }
        return (catalog.appliedRevision, instances)
    }

    /// Before anybody has settled it nothing can be written, so nothing may go, and nothing become what it was before.
    private func compare(_ machine: Machine, with before: Shown) {
        let now = self.shown(by: machine)
        let gone = before.instances.keys.filter { now.instances[$0] == nil }
        let isLess = !gone.isEmpty || now.applied < before.applied
        self.world.judge.note(
            .putBack(isLess ? "it shows \(now.instances.count) instances of \(before.instances.count)" : nil),
            at: machine.number)
    }
}

/// P7, when etcd holds less than it did: what nodes show does not become less by itself.
struct PutBackChecker: Checker {
    static let promise = Promise.causes

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        if case .putBack(let loss?) = event { [loss] } else { [] }
    }
}
