import RegistryCatalog
import RegistryModel

@testable import EtcdBackend

/// Does to one machine of a cluster, to its way to etcd and to etcd itself what can happen to them.
struct ClusterAdversary: Sendable {
    private enum Deed {
        case crash, restart, pause, hiccup, cut, cutThere, cutBack, storm, drag, skew, flap, fill, compact
    }

    let world: Surroundings
    let etcd: SimulatedEtcd
    let machine: Machine

    private var dice: Dice { self.world.dice }

    func run() async {
        if self.world.settings.isFlapping { return await self.flap() }
        while !self.world.isEnough {
            // A third of the time that a node alone is left in peace: there are three of them.
            let longest = self.world.settings.hasManyGaps ? 2_500 : 16_000
            await self.world.clock.rest(for: self.dice.milliseconds(400...longest))
            guard !self.world.isEnough else { break }
            await self.act()
        }
        self.machine.way.mend()
    }

    private func flap() async {
        while !self.world.isEnough, self.machine.number == ClusterWorld.size {
            await self.world.clock.rest(for: self.dice.milliseconds(800...2_500))
            self.machine.crash()
        }
    }

    private func act() async {
        let deed = self.dice.pick(weighted: [
            (Deed.crash, 5), (.restart, 2), (.pause, 9), (.hiccup, 3), (.cut, 4), (.cutThere, 2), (.cutBack, 2),
            (.storm, 7), (.drag, 3), (.skew, 2), (.flap, 1), (.fill, 1),
            (.compact, self.world.settings.hasManyGaps ? 120 : 6),
        ])
        let dice = self.dice
        switch deed {
        case .crash: self.machine.crash()
        case .restart: self.machine.restart()
        case .pause: await self.machine.pause(for: dice.milliseconds(1_200...(dice.chance(120) ? 60_000 : 6_000)))
        case .hiccup: await self.machine.pause(for: dice.milliseconds(100...900))
        case .cut: await self.cut(.both)
        case .cutThere: await self.cut(.there)
        case .cutBack: await self.cut(.back)
        case .storm:
            self.machine.way.roughness = dice.number(60...500)
            await self.hold(for: dice.milliseconds(300...4_000))
        case .drag:
            self.machine.way.drag = dice.number(5...60)
            await self.hold(for: dice.milliseconds(300...4_000))
        case .skew: self.machine.clock.skew(by: dice.milliseconds(-5_000...5_000))
        case .flap:
            for _ in 0..<dice.number(6...14) {
                self.machine.crash()
                await self.world.clock.rest(for: dice.milliseconds(800...2_500))
            }
        case .fill: await self.fill()
        case .compact:
            // What a node misses meanwhile it has to read anew.
            self.machine.way.breakWatches()
            if self.world.settings.hasManyGaps {
                await self.world.clock.rest(for: dice.milliseconds(0...400))
                var request = EtcdCompactionRequest()
                request.revision = self.etcd.revision
                _ = try? self.etcd.compact(request)
                return
            }
            await self.machine.cut(.both, for: dice.milliseconds(dice.chance(300) ? 1_000...4_000 : 50...900)) {
                var request = EtcdCompactionRequest()
                request.revision = self.etcd.revision
                _ = try? self.etcd.compact(request)
            }
        }
    }

    private func cut(_ kind: Machine.CutKind) async {
        await self.machine.cut(kind, for: self.dice.milliseconds(300...(self.dice.chance(250) ? 20_000 : 6_000)))
    }

    private func hold(for span: TimeSpan) async {
        let start = self.world.clock.monotonicMilliseconds
        self.world.judge.note(.beset, at: self.machine.number)
        await self.world.clock.rest(for: span)
        self.machine.way.mend()
        self.world.judge.note(.relieved, at: self.machine.number)
        self.world.judge.note(.stormed(from: start), at: self.machine.number)
    }

    /// Etcd's quota is used up for a while.
    private func fill() async {
        self.etcd.isFull = true
        for node in 1...ClusterWorld.size { self.world.judge.note(.beset, at: node) }
        await self.world.clock.rest(for: self.dice.milliseconds(300...6_000))
        self.etcd.isFull = false
        for node in 1...ClusterWorld.size {
            self.world.judge.note(.relieved, at: node)
            self.world.judge.note(.stormed(from: self.world.clock.monotonicMilliseconds), at: node)
        }
    }
}
