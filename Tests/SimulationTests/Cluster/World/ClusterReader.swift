import RegistryCatalog
import RegistryModel

/// Reads at any node, with what it has seen elsewhere, or all that anybody was told of.
struct ClusterReader: Sendable {
    let world: Surroundings
    let entrance: Balancer
    let roll: Roll

    func run() async {
        let dice = self.world.dice
        var seen = Revision.zero
        while !self.world.isEnough {
            await self.world.clock.rest(for: dice.milliseconds(20...300))
            guard let registry = self.entrance.registry else { continue }
            let key = dice.pick(self.roll.all)
            switch dice.number(0...4) {
            case 0:
                await registry.attend { registry.readAll(dice.pick([ServiceKey.defaultNamespace, "blue"])) }
            case 1: await registry.attend { await registry.readConsistently(key) }
            case 2:
                await registry.attend {
                    let after = registry.read(key)?.revision ?? .zero
                    await registry.waitForChange(of: key, after: after, timeout: dice.milliseconds(50...2_500))
                }
            default: seen = await self.read(key, atLeast: seen, registry)
            }
        }
    }

    /// Never less than it has seen before, wherever that was. Returns what it has seen now.
    private func read(_ key: ServiceKey, atLeast seen: Revision, _ registry: Registry) async -> Revision {
        let found = await registry.serve { registry -> Revision? in
            do throws(RegistryError) {
                try await registry.awaitRevision(seen)
                registry.read(key, atLeast: seen)
                return registry.appliedRevision
            } catch {
                registry.noteRefusal(of: key, error)
                return nil
            }
        }
        return max(found ?? .zero, seen)
    }
}
