import RegistryCatalog
import RegistryModel

/// Decides on instances and whole services again and again, for a while or for good, and takes most of it back.
struct Operator: Sendable {
    let number: Int
    let world: Surroundings
    let network: Network
    let roll: Roll
    /// What it has decided on, and may lift.
    private var decided: [OverrideKey] = []

    init(number: Int, _ world: Surroundings, _ network: Network, _ roll: Roll) {
        self.number = number
        self.world = world
        self.network = network
        self.roll = roll
    }

    private var dice: Dice { self.world.dice }

    mutating func run() async {
        while !self.world.isEnough {
            await self.world.clock.rest(for: self.dice.milliseconds(50...900))
            if self.dice.chance(350), !self.decided.isEmpty {
                await self.perform(.liftOverride(self.dice.pick(self.decided)))
            } else {
                let key = self.subject()
                await self.perform(.putOverride(key, self.wish()))
                self.decided.append(key)
                if self.decided.count > 8 { self.decided.removeFirst() }
            }
        }
    }

    private func perform(_ command: Command) async {
        let actor = "operator-\(self.number)"
        _ = await self.network.send { await $0.perform([command], actor: actor) }
    }

    /// An instance that may be on the roll, or a service.
    private func subject() -> OverrideKey {
        if self.dice.chance(200) { return OverrideKey(service: self.dice.pick(self.roll.all)) }
        let client = self.dice.number(0...(self.world.settings.clients - 1))
        return OverrideKey(self.dice.pick(self.roll.instances(of: client)))
    }

    private func wish() -> OverrideRequest {
        let status: InstanceStatus? = self.dice.pick([nil, .up, .draining, .outOfService, .outOfService])
        let hasWeight = status == nil || self.dice.chance(300)
        return OverrideRequest(
            status: status, weight: hasWeight ? UInt16(self.dice.number(0...3) * 5) : nil,
            reason: self.dice.chance(500) ? "because of \(self.dice.number(1...9))" : "",
            expiresAfter: self.dice.pick([nil, nil, .seconds(1), .seconds(3), .seconds(20)]))
    }
}
