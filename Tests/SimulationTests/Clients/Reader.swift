import RegistryCatalog
import RegistryModel

/// Asks for services again and again: at once, in lists, or when something changes.
struct Reader: Sendable {
    let world: Surroundings
    let node: any Entrance
    let roll: Roll

    func run() async {
        let dice = self.world.dice
        while !self.world.isEnough {
            await self.world.clock.rest(for: dice.milliseconds(20...300))
            guard let registry = self.node.registry else { continue }
            let key = dice.pick(self.roll.all)
            switch dice.number(0...3) {
            case 0: registry.readAll(dice.pick([ServiceKey.defaultNamespace, "blue"]))
            case 1:
                let seen = registry.read(key)?.revision ?? .zero
                await registry.waitForChange(of: key, after: seen, timeout: dice.milliseconds(50...2_500))
            default: registry.read(key)
            }
        }
    }
}

/// Looks at the node from time to time, as a probe or a person would.
struct Sampler: Sendable {
    let world: Surroundings
    let node: any Entrance

    func run() async {
        while !self.world.isCalm {
            await self.world.clock.rest(for: .milliseconds(200))
            self.node.registry?.sample()
        }
    }
}
