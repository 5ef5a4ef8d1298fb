import RegistryCatalog
import RegistryModel

/// Does everything that a machine and its operator can do to a registry.
struct Adversary: Sendable {
    private enum Deed {
        case crash, restart, standstill, hiccup, slew, wallJump, refusal, hang, storm, cut, lift
    }

    let world: Surroundings
    let node: Node

    func run() async {
        while !self.world.isEnough {
            await self.world.clock.rest(for: self.world.dice.milliseconds(200...4_500))
            guard !self.world.isEnough else { break }
            await self.act()
        }
        self.world.disk.outage = nil
        self.world.disk.roughness = 0
        self.world.isCut = false
    }

    private func act() async {
        let deed = self.world.dice.pick(weighted: [
            (Deed.crash, 6), (.restart, 2), (.standstill, 4), (.hiccup, 3), (.slew, 5), (.wallJump, 1), (.refusal, 3),
            (.hang, 2),
            (.storm, 7), (.cut, 3), (.lift, 2),
        ])
        let dice = self.world.dice
        switch deed {
        case .crash: self.node.crash()
        case .restart: self.node.restart()
        case .standstill: self.stop(for: dice.milliseconds(1_200...(dice.chance(300) ? 90_000 : 8_000)))
        case .hiccup: self.stop(for: dice.milliseconds(100...900))
        case .slew: self.world.clock.shiftWallTime(by: dice.milliseconds(-900...900))
        case .wallJump: self.world.clock.shiftWallTime(by: dice.milliseconds(-7_200_000...7_200_000))
        case .refusal:
            let error = dice.pick([SimulatedStore.away, SimulatedStore.full, SimulatedStore.readOnly])
            await self.takeAway(.refusing(error), for: dice.milliseconds(50...6_000))
        case .hang: await self.takeAway(.hanging, for: dice.milliseconds(200...5_000))
        case .cut:
            // Longer than most can be silent: they fall together, though nothing is wrong with them.
            self.world.isCut = true
            await self.world.clock.rest(for: dice.milliseconds(1_500...7_000))
            self.world.isCut = false
        case .lift:
            let roll = Roll(self.world.settings, dice)
            // An operator looks until there is something to lift, but not for ever.
            for _ in 0..<80 where self.node.registry?.subject.catalog.counts.protectedServices == 0 {
                await self.world.clock.rest(for: .milliseconds(250))
            }
            for service in roll.services {
                _ = await self.node.registry?.perform([.liftProtection(service)], actor: "operator")
            }
        case .storm:
            self.world.disk.roughness = dice.number(100...600)
            await self.world.clock.rest(for: dice.milliseconds(300...2_500))
            self.world.disk.roughness = 0
        }
    }

    private func stop(for span: TimeSpan) {
        let start = self.world.clock.monotonicMilliseconds
        self.world.clock.jump(by: span)
        self.world.judge.note(.jumped(from: start))
    }

    /// An outage, and at times a crash in the middle of it.
    private func takeAway(_ outage: Disk.Outage, for span: TimeSpan) async {
        self.world.disk.outage = outage
        await self.world.clock.rest(for: span)
        if self.world.dice.chance(150) {
            self.node.crash()
            await self.world.clock.rest(for: self.world.dice.milliseconds(100...2_000))
        }
        self.world.disk.outage = nil
    }
}
