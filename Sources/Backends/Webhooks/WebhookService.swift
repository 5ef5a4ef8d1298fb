public import Logging
public import NIOCore
public import RegistryCatalog
public import RegistryModel
public import ServiceLifecycle
import Synchronization

/// Delivers every change of a service to those who subscribed to it: at least once, in order, and always the newest snapshot.
///
/// It follows the services that have subscriptions, and the subscriptions themselves; who is sent to and when is decided by
/// `DeliveryBoard`. On a graceful stop deliveries under way are broken off, to be made again at the next start, and all progress is
/// committed; so it has to stop before the catalogue does.
public struct WebhookService: ServiceLifecycle.Service {
    /// Makes the body of a delivery; nil for a service: it does not exist.
    public typealias MakeBody = @Sendable (ServiceSnapshot?, Subscription, _ sequence: Int64) -> [ByteBuffer]

    /// One try that is over.
    public struct Report: Sendable {
        public let subscription: Subscription
        /// What was sent; 0: the service does not exist.
        public let revision: Revision
        public let outcome: DeliveryOutcome
        /// From its beginning to its outcome.
        public let microseconds: Int64
        /// From the commit that was sent, as this node took it over, to the outcome; nil for the first snapshot of a subscription, and for
        /// what was read at the start.
        public let microsecondsSincePublished: Int64?
    }

    private let catalog: Catalog
    private let sender: any WebhookSender
    private let makeBody: MakeBody
    private let settings: WebhookSettings
    private let clock: any RegistryClock
    private let report: @Sendable (Report) -> Void
    private let logger: Logger
    private let desk: DeliveryDesk

    /// - Parameters:
    ///   - report: told of each try, on whatever thread it ended; must not block. The place for figures, and for whoever waits
    ///     until subscribers have confirmed a revision: `taken` is a confirmation.
    public init(
        catalog: Catalog, sender: any WebhookSender, settings: WebhookSettings, clock: any RegistryClock,
        logger: Logger, makeBody: @escaping MakeBody, report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.sender = sender
        self.makeBody = makeBody
        self.settings = settings
        self.clock = clock
        self.report = report
        self.logger = logger
        self.desk = DeliveryDesk(catalog: catalog, settings: settings, clock: clock)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.desk.followSubscriptions() }
                group.addTask { await self.tick() }
                group.addTask { await self.save() }
                group.addTask { await self.deliver() }
            }
        }
        await self.desk.save(everything: true)
    }

    /// Starts deliveries as they come due.
    private func deliver() async {
        await withDiscardingTaskGroup { group in
            for await _ in self.desk.starting {
                for id in self.desk.takeStarts() {
                    group.addTask { await self.deliver(id) }
                }
            }
            group.cancelAll()
        }
    }

    private func deliver(_ id: String) async {
        let start = self.clock.monotonicMicroseconds
        guard let delivery = self.desk.begin(id) else { return self.desk.end(id, nil) }
        let outcome = await self.send(delivery)
        // Broken off, it may have been taken or not.
        guard !Task.isCancelled else { return self.desk.end(id, nil) }
        self.desk.end(id, outcome, at: delivery.attempt.revision)
        self.log(outcome, delivery.subscription)
        self.report(
            Report(
                subscription: delivery.subscription, revision: delivery.attempt.revision, outcome: outcome,
                microseconds: self.clock.monotonicMicroseconds - start,
                microsecondsSincePublished: delivery.publishedAt.map { self.clock.monotonicMicroseconds - $0 }))
    }

    private func send(_ delivery: DeliveryDesk.Delivery) async -> DeliveryOutcome {
        let subscription = delivery.subscription
        guard let callback = try? CallbackURL(subscription.callback),
            let key = WebhookSecret.key(of: subscription.secret)
        else { return DeliveryOutcome(.refused, "The callback or the secret cannot be used; subscribe again.") }
        let body = self.makeBody(delivery.snapshot, subscription, delivery.attempt.sequence)
        let bytes = body.reduce(0) { $0 + $1.readableBytes }
        guard bytes <= self.settings.bodyLimit else {
            return DeliveryOutcome(
                .oversized, "The snapshot makes \(bytes) bytes; at most \(self.settings.bodyLimit) are sent.")
        }
        let message = WebhookMessage(
            id: "\(subscription.id).\(delivery.attempt.sequence)", callback: callback, key: key, body: body)
        return await self.sender.send(message)
    }

    private func log(_ outcome: DeliveryOutcome, _ subscription: Subscription) {
        guard outcome.kind != .taken else { return }
        self.logger.debug(
            "A delivery was not taken.",
            metadata: [
                "subscription": "\(subscription.id)", "service": "\(subscription.service)",
                "error": "\(outcome.error)",
            ])
    }

    private func tick() async {
        while (try? await self.clock.sleep(for: WebhookSettings.tick)) != nil { self.desk.tick() }
    }

    /// Commits progress, one group after another.
    private func save() async {
        for await _ in self.desk.saving { await self.desk.save(everything: false) }
    }
}
