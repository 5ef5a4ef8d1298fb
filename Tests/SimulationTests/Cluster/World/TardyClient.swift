import RegistryCatalog
import RegistryModel

/// Beats for one instance when its time is all but over, at any node: what one node calls silent, another has just heard.
struct TardyClient: Sendable {
    let number: Int
    let world: Surroundings
    let network: Network
    let roll: Roll

    private var key: InstanceKey {
        InstanceKey(service: self.roll.services[self.number % self.roll.services.count], id: "tardy-\(self.number)")
    }

    func run() async {
        let dice = self.world.dice
        let key = self.key
        let actor = "tardy-\(self.number)"
        let ttl = self.world.settings.shortestTTL
        while !self.world.isEnough {
            let spec = InstanceSpec(
                host: "\(key.id).\(key.service.name)", port: 8_000, version: "1.0.0", status: .up, weight: 100,
                tags: [],
                metadata: [:], ttl: .after(ttl), deregisterAfter: nil)
            let registration = Registration(
                service: key.service, instanceID: key.id, spec: spec, statesStatus: false, incarnation: nil)
            _ = await self.network.send { await $0.perform([.register(registration)], actor: actor) }
            for _ in 0..<dice.number(2...20) where !self.world.isEnough {
                await self.world.clock.rest(for: .milliseconds(ttl.milliseconds - Int64(dice.number(-30...260))))
                _ = await self.network.send { registry -> Bool? in
                    await registry.renew(key, incarnation: nil, actor: actor) == nil
                }
            }
            // It is gone for a while, long enough to be missed.
            if dice.chance(600) { await self.world.clock.rest(for: dice.milliseconds(2_000...9_000)) }
        }
    }
}
