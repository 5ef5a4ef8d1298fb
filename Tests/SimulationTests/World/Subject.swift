import RegistryCatalog
import RegistryModel

/// The catalogue as the world meets it: the seam between those who ask and what is tested, where faults can be planted.
protocol Subject: Sendable {
    var catalog: Catalog { get }

    func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>]
    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal
    func report(_ key: InstanceKey, _ report: HealthReport, actor: String) async throws(RegistryError) -> CommandResult
    func heartbeat(_ items: [Heartbeat], actor: String) async throws(RegistryError) -> HeartbeatResult
    func snapshot(of key: ServiceKey) -> ServiceSnapshot?
    var storeAge: TimeSpan { get }
    func next(_ watch: Watch, timeout: TimeSpan) async throws -> [WatchStep]?
    /// What a watcher is told of some steps. `isResumed`: they are the first after it came back.
    func tell(_ steps: [WatchStep], isResumed: Bool) -> [Told]
}

extension Subject {
    func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>] {
        await self.catalog.perform(commands, actor: actor)
    }

    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal {
        self.catalog.renew(key, incarnation: incarnation)
    }

    func report(
        _ key: InstanceKey, _ report: HealthReport, actor: String
    ) async throws(RegistryError) -> CommandResult {
        try await self.catalog.report(key, report, actor: actor)
    }

    func heartbeat(_ items: [Heartbeat], actor: String) async throws(RegistryError) -> HeartbeatResult {
        try await self.catalog.heartbeat(items, actor: actor)
    }

    func snapshot(of key: ServiceKey) -> ServiceSnapshot? { self.catalog.snapshot(of: key) }

    var storeAge: TimeSpan { self.catalog.storeAge }

    func next(_ watch: Watch, timeout: TimeSpan) async throws -> [WatchStep]? { try await watch.next(timeout: timeout) }

    func tell(_ steps: [WatchStep], isResumed: Bool) -> [Told] { steps.map { Told($0) } }
}

/// Nothing is wrong with it.
struct SoundSubject: Subject {
    let catalog: Catalog
}
