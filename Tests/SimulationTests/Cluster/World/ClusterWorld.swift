import RegistryCatalog
import RegistryModel
import Synchronization

/// Three nodes that share a store, with all who use them and all that happens to them.
struct ClusterWorld: Sendable {
    static let size = 3

    private let world: Surroundings
    private let etcd: SimulatedEtcd
    private let machines: [Machine]

    init(_ world: Surroundings, _ executor: SeededExecutor) {
        self.world = world
        let reader = TruthReader(world.judge)
        let etcd = SimulatedEtcd(clock: world.clock) { reader.witness($0) }
        self.etcd = etcd
        self.machines = (1...Self.size).map { Machine($0, world, etcd, executor) }
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            let life = Life()
            group.addTask { await self.world.postman.run() }
            group.addTask { await life.whileItLasts { await self.etcd.run() } }
            await withDiscardingTaskGroup { nodes in
                for machine in self.machines {
                    nodes.addTask { await machine.run() }
                    nodes.addTask { await ClusterSampler(world: self.world, machine: machine).run() }
                }
                await self.watchAndDisturb()
                await self.settle()
                for machine in self.machines { machine.close() }
            }
            life.end()
            self.world.postman.stop()
        }
    }

    /// Until enough was asked, everybody has heard of it, and nobody has anything left to say.
    private func watchAndDisturb() async {
        await withDiscardingTaskGroup { group in
            for watcher in self.watchers { group.addTask { await watcher.run() } }
            await withDiscardingTaskGroup { busy in
                let roll = Roll(self.world.settings, self.world.dice)
                if self.world.settings.isPutBack {
                    let restorer = Restorer(world: self.world, etcd: self.etcd, machines: self.machines)
                    busy.addTask { await restorer.run() }
                }
                for machine in self.machines where !self.world.settings.isPutBack {
                    busy.addTask {
                        await ClusterAdversary(world: self.world, etcd: self.etcd, machine: machine).run()
                    }
                }
                for client in self.clients(roll) {
                    busy.addTask {
                        var client = client
                        await client.run()
                    }
                }
                for number in 0..<self.world.settings.operators {
                    let network = Network(world: self.world, node: self.balancer(200))
                    busy.addTask {
                        var actor = Operator(number: number, self.world, network, roll)
                        await actor.run()
                    }
                }
                for _ in 0..<self.world.settings.readers {
                    let reader = ClusterReader(world: self.world, entrance: self.balancer(300), roll: roll)
                    busy.addTask { await reader.run() }
                }
                for number in 0..<8 {
                    let network = Network(world: self.world, node: self.balancer(500))
                    let tardy = TardyClient(number: number, world: self.world, network: network, roll: roll)
                    busy.addTask { await tardy.run() }
                }
                let drainer = Drainer(
                    world: self.world, machines: self.machines, entrance: self.balancer(300), roll: roll)
                busy.addTask { await drainer.run() }
            }
            // What is still under way arrives, what is overdue expires, who left is forgotten.
            await self.world.clock.rest(for: .seconds(40))
            self.world.isCalm = true
        }
    }

    /// The end, when nothing is left to be done: what each node shows.
    private func settle() async {
        // What the registry itself committed a moment ago is still on its way to the others.
        for _ in 0..<20 where Set(self.machines.map { $0.registry?.appliedRevision }).count > 1 {
            await self.world.clock.rest(for: .milliseconds(500))
        }
        for machine in self.machines {
            guard let catalog = machine.registry?.subject.catalog else { continue }
            if self.world.settings.isPutBack {
                let newest = self.machines.compactMap { $0.registry?.appliedRevision }.max()
                let hashes = Set(self.machines.map { $0.registry?.subject.catalog.stateHash })
                let isSame = catalog.appliedRevision == newest && hashes.count == 1
                self.world.judge.note(.putBack(isSame ? nil : "the nodes differ in the end"), at: machine.number)
                continue
            }
            let settlement = Settlement(
                snapshots: catalog.services(namespace: nil, after: nil, limit: .max), applied: catalog.appliedRevision,
                hash: catalog.stateHash)
            self.world.judge.note(.settled(settlement), at: machine.number)
        }
    }

    private func balancer(_ restlessness: Int) -> Balancer {
        Balancer(self.machines, self.world.dice, restlessness: restlessness)
    }

    private func clients(_ roll: Roll) -> [Client] {
        (0..<self.world.settings.clients).map { number in
            let habit: Client.Habit = number % 4 == 0 ? .steady : (number % 7 == 3 ? .mortal : .fickle)
            // Some stay where they are for as long as they are answered, some ask any node.
            let network = Network(world: self.world, node: self.balancer(number % 3 == 0 ? 0 : 250))
            return Client(number: number, habit: habit, self.world, network, roll)
        }
    }

    private var watchers: [Watcher] {
        let roll = Roll(self.world.settings, self.world.dice)
        let services = roll.services
        let scopes: [WatchScope] = [
            .services([services[0]]), .everything, .services(Array(services.prefix(4))), .namespace("blue"),
            .services([roll.lonely[0]]), .everything, .services(roll.all), .namespace(ServiceKey.defaultNamespace),
        ]
        return (0..<self.world.settings.watchers).map { number in
            Watcher(
                number: number, scope: scopes[number % scopes.count], slowness: number % 3 == 0 ? 250 : 20,
                world: self.world, node: self.balancer(0))
        }
    }
}

/// Looks at one machine from time to time.
private struct ClusterSampler {
    let world: Surroundings
    let machine: Machine

    func run() async {
        while !self.world.isCalm {
            await self.world.clock.rest(for: .milliseconds(200))
            guard let registry = self.machine.registry else { continue }
            await registry.attend { registry.sample() }
        }
    }
}
