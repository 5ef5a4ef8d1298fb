import RegistryModel

/// The names and contents that a world's clients make up.
struct Roll: Sendable {
    let services: [ServiceKey]
    /// Each has one instance at most, of two clients: so these are empty at times, go, and come again.
    let lonely: [ServiceKey]
    private let dice: Dice
    private let shortestTTL: TimeSpan

    init(_ settings: SimulationSettings, _ dice: Dice) {
        self.services = (0..<settings.services).map { index in
            ServiceKey(namespace: index % 3 == 2 ? "blue" : ServiceKey.defaultNamespace, name: "service-\(index)")
        }
        self.lonely = (0..<max(settings.clients / 2, 1)).map { index in
            ServiceKey(namespace: index % 3 == 1 ? "blue" : ServiceKey.defaultNamespace, name: "lonely-\(index)")
        }
        self.dice = dice
        self.shortestTTL = settings.shortestTTL
    }

    private func ttl(_ times: Int64) -> Lifetime {
        .after(.milliseconds(self.shortestTTL.milliseconds * times))
    }

    var all: [ServiceKey] { self.services + self.lonely }

    func lonelyService(of client: Int) -> ServiceKey { self.lonely[client / 2 % self.lonely.count] }

    /// The instances that a client speaks for. The last two are also its neighbour's: their incarnations compete.
    func instances(of client: Int) -> [InstanceKey] {
        let own = (0..<4).map { index in
            InstanceKey(
                service: self.services[(client + 3 * index) % self.services.count], id: "own-\(client)-\(index)")
        }
        let pair = client / 2
        let shared = [
            InstanceKey(service: self.services[pair % self.services.count], id: "shared-\(pair)"),
            InstanceKey(service: self.lonelyService(of: client), id: "shared-\(pair)"),
        ]
        return own + shared
    }

    func registration(of key: InstanceKey, incarnation: Int64?, isSteady: Bool) -> Registration {
        let ttl: Lifetime? = self.dice.pick(weighted: [
            (self.ttl(1), isSteady ? 0 : 4), (self.ttl(2), 4), (self.ttl(4), 3), (nil, 3),
            (.never, isSteady ? 0 : 1),
        ])
        let spec = InstanceSpec(
            host: self.host(of: key, isSteady: isSteady), port: UInt16(8_000 + self.dice.number(0...3)),
            version: "1.\(self.dice.number(0...2)).0",
            status: self.dice.pick(weighted: [(.up, 14), (.draining, 1), (.outOfService, 1)]),
            weight: UInt16(self.dice.number(1...3) * 100), tags: self.dice.chance(300) ? ["blue"] : [],
            metadata: self.dice.chance(500) ? ["build": "\(self.dice.number(0...9))"] : [:], ttl: ttl,
            deregisterAfter: self.dice.pick([nil, nil, .after(.seconds(1)), .after(.seconds(4)), .after(.zero)]))
        return Registration(
            service: key.service, instanceID: key.id, spec: spec, statesStatus: self.dice.chance(500),
            incarnation: incarnation)
    }

    /// Mostly a host of its own; now and then one of a few, where whoever has the later incarnation stays.
    private func host(of key: InstanceKey, isSteady: Bool) -> String {
        !isSteady && self.dice.chance(80) ? "10.0.0.\(self.dice.number(1...3))" : "\(key.id).\(key.service.name)"
    }

    func patch(incarnation: Int64?) -> InstancePatch {
        var patch = InstancePatch()
        patch.incarnation = incarnation
        switch self.dice.number(0...4) {
        case 0: patch.weight = UInt16(self.dice.number(1...9) * 10)
        case 1: patch.status = self.dice.pick([InstanceStatus.up, .draining, .outOfService, .starting])
        case 2: patch.metadata = ["canary": self.dice.chance(500) ? "\(self.dice.number(0...9))" : nil]
        case 3: patch.ttl = self.dice.pick([self.ttl(1), self.ttl(3), .never])
        default: patch.tags = self.dice.chance(500) ? ["green"] : []
        }
        return patch
    }
}
