import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// A catalogue that runs on a clock turned by hand and a store without a disk.
struct LiveCatalog: Sendable {
    let catalog: Catalog
    let store: InMemoryStore
    let clock: ManualClock
    /// The other nodes, and what they tell; nil: there are none.
    var link: FakeClusterLink?
    var shared: InMemoryClusterStore?

    /// Moves time on in steps, and lets the catalogue tick after each. A step of more than a second would be a standstill.
    func advance(by span: TimeSpan, step: TimeSpan = CatalogSettings.tick) async throws {
        var rest = span.milliseconds
        while rest > 0 {
            try await self.turn(by: .milliseconds(min(rest, step.milliseconds)))
            rest -= step.milliseconds
        }
    }

    /// Moves time on at once; the catalogue ticks after it.
    func turn(by span: TimeSpan) async throws {
        try await eventually { self.clock.isAsleep(for: CatalogSettings.tick) }
        self.clock.advance(by: span)
        try await eventually { self.clock.isAsleep(for: CatalogSettings.tick) }
    }

    func perform(_ command: Command) async throws -> CommandResult {
        try await self.catalog.perform(command, actor: "tester")
    }

    @discardableResult
    func register(
        _ id: String = "a", in service: String = "payments", ttl: Lifetime? = .after(.seconds(10)),
        incarnation: Int64? = nil, _ change: (inout InstanceSpec) -> Void = { _ in }
    ) async throws -> CommandResult {
        var spec = Sample.spec(ttl: ttl)
        change(&spec)
        return try await self.perform(
            .register(Sample.registration(service, id: id, spec: spec, incarnation: incarnation)))
    }

    func record(_ id: String = "a", in service: String = "payments") -> InstanceRecord? {
        self.catalog.snapshot(of: ServiceKey(name: service))?.instance(id)
    }

    func health(_ id: String = "a", in service: String = "payments") -> HealthState? {
        self.record(id, in: service)?.instance.health.state
    }

    /// Whether the wheel has found it overdue.
    func isOverdue(_ id: String = "a") -> Bool { self.record(id)?.lease?.isClaimed == true }

    /// What the history says, the oldest first.
    func history() async throws -> [Change] {
        try await self.store.records(matching: HistoryQuery(order: .ascending, limit: .max)).records
    }
}

/// Runs a catalogue for as long as `body` takes, stops it in the regular way, and waits for its end.
///
/// - Parameter link: the other nodes that share its store; nil: there are none.
@discardableResult
func withCatalog<Value: Sendable>(
    store: InMemoryStore = InMemoryStore(), clock: ManualClock = ManualClock(), settings: CatalogSettings = .init(),
    link: FakeClusterLink? = nil, _ body: (LiveCatalog) async throws -> Value
) async throws -> Value {
    let shared = link.map { InMemoryClusterStore(store, of: $0) }
    let catalog = Catalog(store: shared ?? store, clock: clock, settings: settings, link: link)
    try await catalog.load()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await catalog.run() }
        do {
            try await eventually { clock.isAsleep(for: CatalogSettings.tick) }
            let value = try await body(
                LiveCatalog(catalog: catalog, store: store, clock: clock, link: link, shared: shared))
            catalog.stop()
            try await group.waitForAll()
            return value
        } catch {
            store.release()
            group.cancelAll()
            throw error
        }
    }
}

/// The code of the error that an operation throws; nil when it throws none.
func code(of operation: () async throws -> Void) async -> RegistryError.Code? {
    do {
        try await operation()
        return nil
    } catch {
        return (error as? RegistryError)?.code
    }
}

extension InstanceKey {
    init(_ id: String = "a", in service: String = "payments") {
        self.init(service: ServiceKey(name: service), id: id)
    }
}
