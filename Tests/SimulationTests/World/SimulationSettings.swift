import RegistryCatalog
import RegistryModel

/// How large and how wild a world is.
struct SimulationSettings: Sendable {
    /// Small bounds, so that what is rare on a large machine happens often here.
    var catalog = CatalogSettings(
        ttl: .seconds(2), heartbeatDeregisterAfter: .after(.seconds(6)), emptyServiceRetention: .seconds(12),
        encodedCacheBytes: 1 << 16, queueLimit: 400, storeTimeout: .seconds(2), deltaLogEntries: 96,
        deltaLogEntriesPerService: 24)
    /// A commit of a store that is well takes at most this, its reply included.
    var usualCommit = TimeSpan.milliseconds(40)
    var clients = 20
    var services = 9
    var watchers = 8
    var readers = 3
    var operators = 2
    /// Commands after which nothing new is begun.
    var commands = 10_000
    /// Keeps what happened in words, to be printed with a violation.
    var isVerbose = false
    var fault: PlantedFault?
    /// Whether three nodes share a store.
    var isCluster = false
    var clusterFault: ClusterFault?
    /// Whether nodes lose their watch again and again, and with it some digests of others.
    var hasManyGaps = false
    /// Whether one node comes and goes all the time, while nothing happens to the others.
    var isFlapping = false
    /// Whether etcd is put back to an older state once, which an operator then settles; nothing else happens to the nodes.
    var isPutBack = false
    /// What the ttls of the world's instances are multiples of.
    var shortestTTL = TimeSpan.seconds(1)

    /// Three nodes that share a store. A cluster's shortest ttl is 3 s.
    static var cluster: SimulationSettings {
        var settings = SimulationSettings()
        settings.isCluster = true
        settings.shortestTTL = .seconds(3)
        settings.catalog.ttl = .seconds(6)
        settings.catalog.heartbeatDeregisterAfter = .after(.seconds(12))
        return settings
    }

    /// Another size of everything, as the seed will have it.
    mutating func vary(_ dice: Dice) {
        self.catalog.deltaLogEntries = dice.pick([6, 32, 96, 500])
        self.catalog.deltaLogEntriesPerService = dice.pick([2, 8, 24, 100])
        self.catalog.queueLimit = dice.pick([6, 30, 400, 400])
        self.catalog.storeTimeout = dice.pick([.seconds(1), .seconds(2), .seconds(2), .seconds(4)])
        self.catalog.overrideAbsence = dice.pick([.seconds(2), .seconds(6)])
        self.clients = dice.pick([10, 20, 20, 32])
    }
}
