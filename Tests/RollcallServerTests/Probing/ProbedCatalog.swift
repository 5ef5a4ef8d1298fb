import Logging
import RegistryCatalog
import RegistryHealth
import RegistryModel
import RegistryTestKit
import Testing

@testable import RollcallServer

/// A catalogue whose instances are probed, on a clock turned by hand.
struct ProbedCatalog: Sendable {
    let catalog: Catalog
    let service: ProbeService
    let targets: ScriptedTargets
    let store: InMemoryStore
    let clock: ManualClock

    static let web = HealthCheck(name: "web", kind: .http, interval: .seconds(1))

    /// The catalogue's tick and its housekeeping, and the tick of the probes.
    private static let restingTasks = 3

    /// Turns the clock, a tick at a time, until a condition holds.
    func turn(
        until condition: () throws -> Bool, within span: TimeSpan = .minutes(5),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = self.clock.monotonicMilliseconds + span.milliseconds
        while try !condition() {
            guard self.clock.monotonicMilliseconds < end else {
                Issue.record("it did not come about within \(span)", sourceLocation: sourceLocation)
                return
            }
            try await self.turn(by: ProbeSettings.tick)
        }
    }

    /// Turns the clock on by some ticks.
    func turn(by span: TimeSpan) async throws {
        var rest = span.milliseconds
        while rest > 0 {
            await self.clock.waitForSleepers(Self.restingTasks)
            while !self.clock.isAsleep(for: ProbeSettings.tick) { await Task.yield() }
            self.clock.advance(by: ProbeSettings.tick)
            rest -= ProbeSettings.tick.milliseconds
            // Commits and probes are other tasks' work: give them a moment of real time.
            try await Task.sleep(for: .microseconds(500))
        }
    }

    /// - Parameter port: tells its target from others.
    func register(
        _ port: UInt16 = 1, ttl: Lifetime? = nil, checks: [HealthCheck] = [web],
        _ change: (inout InstanceSpec) -> Void = { _ in }
    ) async throws {
        var spec = Sample.spec(port: port, ttl: ttl)
        spec.checks = checks
        change(&spec)
        let registration = Sample.registration(id: "i\(port)", spec: spec)
        _ = try await self.catalog.perform(.register(registration), actor: "tester")
    }

    func instance(_ port: UInt16 = 1) -> Instance? {
        self.catalog.snapshot(of: ServiceKey(name: "payments"))?.instance("i\(port)")?.instance
    }

    func health(_ port: UInt16 = 1) -> Health? { self.instance(port)?.health }

    func key(_ port: UInt16 = 1) -> InstanceKey { InstanceKey(service: ServiceKey(name: "payments"), id: "i\(port)") }

    func history() async throws -> [Change] {
        try await self.store.records(matching: HistoryQuery(order: .ascending, limit: .max)).records
    }
}

/// Runs a catalogue and its probes for as long as `body` takes, and stops both.
///
/// - Parameter link: the other nodes that share its store; nil: there are none.
func withProbedCatalog(
    store: InMemoryStore = InMemoryStore(), settings: CatalogSettings = CatalogSettings(),
    probing: ProbeSettings = ProbeSettings(), link: FakeClusterLink? = nil, _ body: (ProbedCatalog) async throws -> Void
) async throws {
    let clock = ManualClock()
    let targets = ScriptedTargets(clock: clock)
    let shared = link.map { InMemoryClusterStore(store, of: $0) }
    let catalog = Catalog(store: shared ?? store, clock: clock, settings: settings, link: link)
    let service = ProbeService(
        catalog: catalog, prober: targets, clock: clock, settings: probing,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, generator: SeededGenerator(seed: 1))
    try await withThrowingTaskGroup(of: Void.self) { group in
        let probing = Task { await service.run() }
        try await catalog.load()
        group.addTask { try await catalog.run() }
        defer { probing.cancel() }
        do {
            try await body(
                ProbedCatalog(catalog: catalog, service: service, targets: targets, store: store, clock: clock))
        } catch {
            probing.cancel()
            group.cancelAll()
            throw error
        }
        probing.cancel()
        await probing.value
        catalog.stop()
        try await group.waitForAll()
    }
}
