import RegistryCatalog
import RegistryModel

/// Says of instances that they are about to leave, and asks whether every node's readers have taken that over.
struct Drainer: Sendable {
    let world: Surroundings
    let machines: [Machine]
    let entrance: Balancer
    let roll: Roll

    func run() async {
        let dice = self.world.dice
        while !self.world.isEnough {
            await self.world.clock.rest(for: dice.milliseconds(300...2_500))
            guard let registry = self.entrance.registry else { continue }
            let key = dice.pick(self.roll.instances(of: dice.number(0...(self.world.settings.clients - 1))))
            await registry.attend {
                await registry.life.whileItLasts { await self.drain(key, registry) }
            }
            guard dice.chance(700) else { continue }
            _ = await registry.serve { await $0.perform([.undrain(key, incarnation: nil)], actor: "drainer") }
        }
    }

    private func drain(_ key: InstanceKey, _ registry: Registry) async {
        do {
            let drain = try await registry.subject.catalog.drain(key, incarnation: nil, actor: "drainer")
            for _ in 0..<12 {
                guard !registry.life.isOver else { return }
                self.look(at: drain)
                if drain.report.isComplete { return }
                guard await self.world.clock.rest(for: .milliseconds(100)) else { return }
            }
        } catch {
            self.world.trace.say("the drain of \(key) failed: \(error.code)")
        }
    }

    private func look(at drain: Drain) {
        for node in drain.report.nodes where node.standing == .informed {
            guard let machine = self.machines.first(where: { "node-\($0.number)" == node.name }),
                let catalog = machine.process?.registry?.subject.catalog
            else { continue }
            self.world.judge.note(
                .drained(drain.revision, informed: machine.number, applied: catalog.appliedRevision))
        }
    }
}
