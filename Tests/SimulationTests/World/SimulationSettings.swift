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
    /// Commands after which nothing new is begun.
    var commands = 10_000
    /// Keeps what happened in words, to be printed with a violation.
    var isVerbose = false
    var fault: PlantedFault?
}
