import HTTPSupport
import Logging
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RollcallServer

/// The canary on a catalogue that runs, with the machine's clock: what it measures is time.
@Suite(.timeLimit(.minutes(2)))
struct CanaryTests {
    private struct Subject {
        let catalog: Catalog
        let store: InMemoryStore
        let canary: Canary
        let log = LoggedEvents()

        /// How long it takes is not what is tried here, unless said.
        ///
        /// - Parameter node: how it is called among others; nil: there are none.
        init(
            bounds: CanaryRound.Bounds = CanaryRound.Bounds(fault: .seconds(30), patience: .seconds(30)),
            node: String? = nil
        ) {
            let store = InMemoryStore()
            self.store = store
            let link = node.map { _ in FakeClusterLink() }
            let shared = link.map { InMemoryClusterStore(store, of: $0) }
            self.catalog = Catalog(
                store: shared ?? store, clock: SystemClock(),
                settings: CatalogSettings(storeTimeout: .seconds(30)), link: link)
            let log = self.log
            self.canary = Canary(
                catalog: self.catalog, node: node, clock: SystemClock(), interval: .seconds(60),
                metrics: ServerMetrics().canary,
                logger: Logger(label: "test") { _ in log },
                bounds: bounds)
        }

        func run(_ body: () async throws -> Void) async throws {
            try await self.catalog.load()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.catalog.run() }
                try await body()
                self.catalog.stop()
                try await group.waitForAll()
            }
        }

        var counts: [String: Int64] {
            let metrics = self.canary.metrics
            var counts = ["failures": metrics.failures.value]
            for (step, histogram) in metrics.all { counts[step] = histogram.cumulative.last }
            return counts
        }
    }

    @Test func itComesIsSeenExpiresAndLeavesNothing() async throws {
        let subject = Subject()
        try await subject.run {
            await subject.canary.round()
            await subject.canary.round()
            #expect(
                subject.counts == ["register": 2, "seen": 2, "expired": 2, "failures": 0], "\(subject.log.messages)")
            let service = try #require(subject.catalog.snapshot(of: subject.canary.instance.service))
            #expect(service.key.name == "canary")
            #expect(service.key.namespace == "rollcall")
            #expect(service.instances.isEmpty)
            #expect(subject.catalog.services(namespace: "default", after: nil, limit: 10).isEmpty)
            let history = try await subject.store.records(matching: HistoryQuery(order: .ascending, limit: .max))
                .records
            #expect(
                history.map(\.cause) == [.register, .expire, .deregister, .register, .expire, .deregister])
            #expect(history.allSatisfy { $0.actor == Change.registryActor })
        }
    }

    /// They come and go beside each other: one in the same service would be protected with the others, or take their place.
    @Test func eachNodeOfAClusterHasItsOwn() async throws {
        let subject = Subject(node: "7f3a")
        try await subject.run {
            await subject.canary.round()
            #expect(
                subject.counts == ["register": 1, "seen": 1, "expired": 1, "failures": 0], "\(subject.log.messages)")
            let services = subject.catalog.services(namespace: "rollcall", after: nil, limit: 10)
            #expect(services.map(\.key.name) == ["canary.7f3a"])
            #expect(subject.canary.timeToLive == .seconds(3), "the shortest there is")
        }
    }

    @Test func aStepThatIsLateIsAFault() async throws {
        let subject = Subject(bounds: CanaryRound.Bounds(fault: .zero, patience: .seconds(30)))
        try await subject.run {
            await subject.canary.round()
            #expect(subject.counts == ["register": 1, "seen": 1, "expired": 1, "failures": 1])
            #expect(subject.log.messages.first?.contains("reason=it took") == true, "\(subject.log.messages)")
        }
    }

    @Test func aStoreThatIsAwayIsAFaultAndTheNextRoundIsWell() async throws {
        let subject = Subject()
        try await subject.run {
            subject.store.outage = StoreError(.unavailable, "it is away")
            await subject.canary.round()
            #expect(subject.counts == ["register": 0, "seen": 0, "expired": 0, "failures": 1])
            #expect(subject.log.messages.count == 1)
            #expect(subject.log.messages.first?.contains("step=register") == true, "\(subject.log.messages)")
            subject.store.outage = nil
            await subject.canary.round()
            #expect(subject.counts == ["register": 1, "seen": 1, "expired": 1, "failures": 1])
        }
    }

    @Test func oneThatWasLeftBehindByACrashIsTakenOver() async throws {
        let subject = Subject()
        try await subject.run {
            let spec = InstanceSpec(host: "127.0.0.1", port: 1, metadata: ["round": "0"], ttl: .after(.hours(1)))
            let left = Registration(
                service: subject.canary.instance.service, instanceID: subject.canary.instance.id, spec: spec)
            _ = try await subject.catalog.perform(.register(left), actor: Change.registryActor)
            await subject.canary.round()
            #expect(subject.counts["failures"] == 0, "\(subject.log.messages)")
            #expect(subject.catalog.snapshot(of: subject.canary.instance.service)?.instances.isEmpty == true)
        }
    }
}

/// Keeps what is logged: `message step=register reason=…`.
private final class LoggedEvents: LogHandler {
    private let kept = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    var messages: [String] { self.kept.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        self.kept.withLock { $0.append("\(event.message) \(metadata)") }
    }
}
