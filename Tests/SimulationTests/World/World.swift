import RegistryCatalog
import RegistryModel

/// A registry with all who use it and all that happens to it.
struct World: Sendable {
    private let surroundings: Surroundings
    private let node: Node

    init(_ surroundings: Surroundings, _ node: Node) {
        self.surroundings = surroundings
        self.node = node
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.node.run() }
            group.addTask { await self.surroundings.postman.run() }
            group.addTask { await Sampler(world: self.surroundings, node: self.node).run() }
            await self.watchAndDisturb()
            self.node.stop()
            self.surroundings.postman.stop()
        }
    }

    /// Until enough was asked, everybody has heard of it, and nobody has anything left to say.
    private func watchAndDisturb() async {
        await withDiscardingTaskGroup { group in
            for watcher in self.watchers { group.addTask { await watcher.run() } }
            await withDiscardingTaskGroup { busy in
                let roll = Roll(self.surroundings.settings, self.surroundings.dice)
                busy.addTask { await Adversary(world: self.surroundings, node: self.node).run() }
                for client in self.clients(roll) {
                    busy.addTask {
                        var client = client
                        await client.run()
                    }
                }
                for number in 0..<self.surroundings.settings.operators {
                    let network = Network(world: self.surroundings, node: self.node)
                    busy.addTask {
                        var actor = Operator(number: number, self.surroundings, network, roll)
                        await actor.run()
                    }
                }
                for _ in 0..<self.surroundings.settings.readers {
                    busy.addTask { await Reader(world: self.surroundings, node: self.node, roll: roll).run() }
                }
            }
            // What is still under way arrives, what is overdue expires.
            await self.surroundings.clock.rest(for: .seconds(12))
            self.surroundings.isCalm = true
        }
    }

    private func clients(_ roll: Roll) -> [Client] {
        let network = Network(world: self.surroundings, node: self.node)
        return (0..<self.surroundings.settings.clients).map { number in
            let habit: Client.Habit = number % 4 == 0 ? .steady : (number % 7 == 3 ? .mortal : .fickle)
            return Client(number: number, habit: habit, self.surroundings, network, roll)
        }
    }

    private var watchers: [Watcher] {
        let roll = Roll(self.surroundings.settings, self.surroundings.dice)
        let services = roll.services
        let scopes: [WatchScope] = [
            .services([services[0]]), .everything, .services(Array(services.prefix(4))), .namespace("blue"),
            .services([roll.lonely[0]]), .everything, .services(roll.all), .namespace(ServiceKey.defaultNamespace),
        ]
        return (0..<self.surroundings.settings.watchers).map { number in
            Watcher(
                number: number, scope: scopes[number % scopes.count], slowness: number % 3 == 0 ? 250 : 20,
                world: self.surroundings, node: self.node)
        }
    }
}
