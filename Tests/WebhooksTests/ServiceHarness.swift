import Logging
import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServiceLifecycle
import Synchronization
import Testing

@testable import Webhooks

/// A receiver that does as it is told, in place of the network.
final class ScriptedSender: WebhookSender {
    struct Sent: Sendable, Hashable {
        let id: String
        let host: String
        let body: String
    }

    private struct State {
        var sent: [Sent] = []
        var outcomes: [String: DeliveryOutcome] = [:]
        var hanging: Set<String> = []
        var atOnce = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())
    private let clock: any RegistryClock

    init(clock: any RegistryClock) { self.clock = clock }

    var sent: [Sent] { self.state.withLock { $0.sent } }
    var mostAtOnce: Int { self.state.withLock { $0.mostAtOnce } }

    /// What a host answers from now on.
    func answer(_ outcome: DeliveryOutcome, from host: String) { self.state.withLock { $0.outcomes[host] = outcome } }

    /// A host that hangs does not answer within the time.
    func hang(_ host: String, _ hangs: Bool = true) {
        self.state.withLock { if hangs { $0.hanging.insert(host) } else { $0.hanging.remove(host) } }
    }

    func send(_ message: WebhookMessage) async -> DeliveryOutcome {
        let host = message.callback.host
        let body = message.body.map { String(buffer: $0) }.joined()
        let (outcome, hangs) = self.state.withLock { state in
            state.sent.append(Sent(id: message.id, host: host, body: body))
            state.atOnce += 1
            state.mostAtOnce = max(state.mostAtOnce, state.atOnce)
            return (state.outcomes[host] ?? DeliveryOutcome(status: 200), state.hanging.contains(host))
        }
        defer { self.state.withLock { $0.atOnce -= 1 } }
        guard hangs else { return outcome }
        try? await self.clock.sleep(for: .seconds(10))
        return DeliveryOutcome(.timeout, "The receiver did not answer within 10s.")
    }
}

/// A catalogue with deliveries, on a clock turned by hand.
struct ServiceHarness: Sendable {
    let catalog: Catalog
    let clock: ManualClock
    let sender: ScriptedSender
    let group: ServiceGroup

    /// - Parameter link: the other nodes that share its store; nil: there are none.
    static func run(
        store: InMemoryStore = InMemoryStore(), settings: WebhookSettings = WebhookSettings(),
        link: FakeClusterLink? = nil, _ body: @escaping @Sendable (ServiceHarness) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let shared = link.map { InMemoryClusterStore(store, of: $0) }
        let catalog = Catalog(store: shared ?? store, clock: clock, link: link)
        try await catalog.load()
        let sender = ScriptedSender(clock: clock)
        let service = WebhookService(
            catalog: catalog, sender: sender, settings: settings, clock: clock, logger: logger,
            makeBody: { snapshot, _, sequence in
                [ByteBuffer(string: "\(sequence):\(snapshot?.revision.rawValue ?? 0)")]
            })
        let group = ServiceGroup(services: [CatalogRunner(catalog: catalog), service], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(ServiceHarness(catalog: catalog, clock: clock, sender: sender, group: group))
            } catch {
                tasks.cancelAll()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Turns the clock until it comes about.
    func until(
        _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            self.clock.advance(by: .milliseconds(50))
            // Others have to run between two turns.
            try await Task.sleep(for: .milliseconds(1))
            guard ContinuousClock.now < deadline else {
                Issue.record("it did not come about within 60 s", sourceLocation: sourceLocation)
                throw CancellationError()
            }
        }
    }

    @discardableResult
    func subscribe(_ id: String, to service: String = "payments", host: String = "a") async throws -> Subscription? {
        let request = SubscriptionRequest(service: ServiceKey(name: service), callback: "http://\(host)/")
        let secret = "whsec_" + Base64.encode([UInt8](repeating: 7, count: 32))
        let command = SubscriptionCommand(id: id, service: request.service, .create(request, secret: secret))
        _ = try await self.catalog.perform(.subscription(command), actor: "tester")
        return self.catalog.subscription(id)
    }

    func change(_ id: String, _ action: SubscriptionCommand.Action) async throws {
        let command = SubscriptionCommand(id: id, service: ServiceKey(name: "payments"), action)
        _ = try await self.catalog.perform(.subscription(command), actor: "tester")
    }

    @discardableResult
    func register(_ id: String, in service: String = "payments") async throws -> Revision {
        let registration = Sample.registration(service, id: id, spec: Sample.spec(ttl: .never))
        return try await self.catalog.perform(.register(registration), actor: "tester").revision
    }

    func progress(of id: String) -> DeliveryProgress? { self.catalog.subscription(id)?.progress }
    func bodies(to host: String = "a") -> [String] { self.sender.sent.filter { $0.host == host }.map(\.body) }
}

private struct CatalogRunner: ServiceLifecycle.Service {
    let catalog: Catalog

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await self.catalog.run()
        } onGracefulShutdown: {
            self.catalog.stop()
        }
    }
}
