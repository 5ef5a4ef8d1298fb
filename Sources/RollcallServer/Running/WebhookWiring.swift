import HTTPAPI
import HTTPSupport
import Logging
import RegistryCatalog
import Webhooks

extension WebhookMetrics {
    /// Counts the kinds of outcomes that deliveries have.
    convenience init() { self.init(results: DeliveryOutcome.Kind.allCases.map(\.rawValue)) }
}

extension WebhookSettings {
    init(_ configuration: ServerConfiguration) {
        let webhooks = configuration.webhooks
        self.init(
            timeout: webhooks.timeout, maximumBackoff: webhooks.maxBackoff, giveUpAfter: webhooks.giveUpAfter,
            concurrency: webhooks.concurrency)
    }
}

extension WebhookService {
    /// - Throws: when the system's TLS cannot be set up.
    init(
        catalog: Catalog, clock: any RegistryClock, metrics: ServerMetrics, configuration: ServerConfiguration,
        logger: Logger
    ) throws {
        let settings = WebhookSettings(configuration)
        let sender = try HTTPWebhookSender(
            policy: configuration.outboundPolicy, settings: settings, clock: clock, version: RollcallServer.version)
        let bodies = DeliveryBodies(catalog: catalog)
        self.init(
            catalog: catalog, sender: sender, settings: settings, clock: clock, logger: logger,
            makeBody: { bodies.body($0, of: $1, sequence: $2) },
            report: { report in
                let isTaken = report.outcome.kind == .taken
                metrics.webhooks.record(
                    report.outcome.kind.rawValue, microseconds: isTaken ? report.microseconds : nil)
                if isTaken, let microseconds = report.microsecondsSincePublished {
                    metrics.propagation.webhook.record(microseconds: microseconds)
                }
            })
    }
}
