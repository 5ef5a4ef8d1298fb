import RegistryCatalog
import RegistryModel

/// Speaks for some instances: registers them, beats for them, changes them and takes them off, and is at times not what it should be.
struct Client: Sendable {
    /// How it goes on.
    enum Habit: Sendable {
        /// Beats for all of its instances well before their deadlines, and does little else.
        case steady
        /// Does anything, falls silent for a while, and comes back.
        case fickle
        /// Is fickle, and then falls silent for ever.
        case mortal
    }

    private enum Deed {
        case register, registerMany, renew, beat, report, update, deregister, deleteService, updateService, read
    }

    let number: Int
    let habit: Habit
    let world: Surroundings
    let network: Network
    let roll: Roll
    private let keys: [InstanceKey]
    /// What it believes its instances' incarnations to be; absent: it gives none.
    private var incarnations: [InstanceKey: Int64] = [:]

    init(number: Int, habit: Habit, _ world: Surroundings, _ network: Network, _ roll: Roll) {
        self.number = number
        self.habit = habit
        self.world = world
        self.network = network
        self.roll = roll
        self.keys = roll.instances(of: number)
    }

    private var dice: Dice { self.world.dice }

    private func actor(_ incarnation: Int64?) -> String { Actor.name(client: self.number, incarnation: incarnation) }

    mutating func run() async {
        await self.world.clock.rest(for: self.dice.milliseconds(0...500))
        var turns = 0
        while !self.world.isEnough {
            turns += 1
            if self.habit == .steady {
                await self.goSteadily(turns)
            } else {
                await self.act()
                if self.habit == .mortal, turns > 150 { return }
                if self.dice.chance(15) { await self.world.clock.rest(for: self.dice.milliseconds(1_500...9_000)) }
            }
            await self.world.clock.rest(for: self.dice.milliseconds(30...280))
        }
    }

    private mutating func goSteadily(_ turns: Int) async {
        let key = self.keys[turns % 4]
        if turns <= 4 || self.dice.chance(60) { await self.register(key) }
        if turns % 3 == 0 { await self.beat() } else { await self.renew(key) }
    }

    private mutating func act() async {
        let key = self.dice.pick(self.keys)
        let deed = self.dice.pick(weighted: [
            (Deed.register, 18), (.registerMany, 4), (.renew, 20), (.beat, 10), (.report, 10), (.update, 14),
            (.deregister, 8), (.deleteService, 5), (.updateService, 3), (.read, 6),
        ])
        switch deed {
        case .register: await self.register(key)
        case .registerMany: await self.registerMany()
        case .renew: await self.renew(key)
        case .beat: await self.beat()
        case .report: await self.report(key)
        case .update: await self.update(key)
        case .deregister: await self.deregister(key)
        case .deleteService:
            await self.perform(.deleteService(self.roll.lonelyService(of: self.number), ifMatch: nil), nil)
        case .updateService: await self.updateService(key.service)
        case .read: _ = await self.network.send { $0.read(key.service) }
        }
    }

    // MARK: Incarnations

    /// What it gives with a request; now and then one that was replaced long ago, or none.
    private func incarnation(for key: InstanceKey) -> Int64? {
        guard let current = self.incarnations[key] else { return nil }
        if self.dice.chance(60) { return max(current - Int64(self.dice.number(1...20)), 0) }
        return self.dice.chance(100) ? nil : current
    }

    /// A new process begins: later ones have higher numbers, whoever starts them.
    private mutating func begin(_ key: InstanceKey) -> Int64? {
        if self.dice.chance(350) || (self.incarnations[key] == nil && self.dice.chance(600)) {
            self.incarnations[key] = Int64(self.world.nextID())
        }
        return self.incarnation(for: key)
    }

    // MARK: Deeds

    private mutating func register(_ key: InstanceKey) async {
        let incarnation = self.habit == .steady ? self.incarnations[key] : self.begin(key)
        let registration = self.roll.registration(
            of: key, incarnation: incarnation, isSteady: self.habit == .steady)
        await self.perform(.register(registration), incarnation)
    }

    private mutating func registerMany() async {
        let count = self.dice.number(2...6)
        let commands = (0..<count).map { _ in
            let key = self.dice.pick(self.keys)
            return Command.register(
                self.roll.registration(of: key, incarnation: self.incarnation(for: key), isSteady: false))
        }
        let actor = self.actor(nil)
        _ = await self.network.send { await $0.perform(commands, actor: actor) }
    }

    private func perform(_ command: Command, _ incarnation: Int64?) async {
        let actor = self.actor(incarnation)
        _ = await self.network.send { await $0.perform([command], actor: actor) }
    }

    private func renew(_ key: InstanceKey) async {
        let incarnation = self.incarnation(for: key)
        let actor = self.actor(incarnation)
        _ = await self.network.send { await $0.renew(key, incarnation: incarnation, actor: actor) }
    }

    private func beat() async {
        let items = self.keys.map { Heartbeat(key: $0, incarnation: self.incarnation(for: $0)) }
        let actor = self.actor(nil)
        _ = await self.network.send { registry -> Bool? in
            await registry.heartbeat(items, actor: actor)
            return true
        }
    }

    private func report(_ key: InstanceKey) async {
        let incarnation = self.incarnation(for: key)
        let actor = self.actor(incarnation)
        let state: HealthState? = self.dice.pick([.up, .up, .down, nil])
        _ = await self.network.send { await $0.report(key, state, incarnation: incarnation, actor: actor) }
    }

    /// Half of them say on which revision they rest.
    private func update(_ key: InstanceKey) async {
        let incarnation = self.incarnation(for: key)
        let patch = self.roll.patch(incarnation: incarnation)
        var ifMatch: Revision?
        if self.dice.chance(500) {
            ifMatch = await self.network.send { $0.read(key.service)?.instance(key.id)?.instance.revision }
            if self.dice.chance(400) { await self.world.clock.rest(for: self.dice.milliseconds(100...1_500)) }
        }
        await self.perform(.update(key, patch, ifMatch: ifMatch), incarnation)
    }

    private func deregister(_ key: InstanceKey) async {
        let incarnation = self.incarnation(for: key)
        await self.perform(.deregister(key, incarnation: incarnation), incarnation)
    }

    private func updateService(_ key: ServiceKey) async {
        var patch = ServicePatch()
        patch.metadata = ["owner": self.dice.chance(700) ? "team-\(self.dice.number(1...9))" : nil]
        await self.perform(.updateService(key, patch, ifMatch: nil), nil)
    }
}
