import HTTPSupport
import RegistryCatalog
import RegistryModel

extension Exposition {
    func webhooks(_ text: inout MetricsText) {
        let counts = self.catalog.subscriptionCounts
        text.family("rollcall_subscriptions", .gauge, "Webhook subscriptions, by how their deliveries go.")
        for status in Subscription.Status.allCases {
            text.sample("rollcall_subscriptions", ["status": status.description], Int64(counts[status] ?? 0))
        }
        let metrics = self.metrics.webhooks
        text.family("rollcall_webhook_deliveries_total", .counter, "Tries to deliver to a callback, by their result.")
        for (result, count) in metrics.results {
            text.sample("rollcall_webhook_deliveries_total", ["result": result], count.value)
        }
        let duration = "rollcall_webhook_delivery_duration_seconds"
        text.family(duration, .histogram, "Time from the beginning of a delivery to the 2xx that took it.")
        text.histogram(
            duration, [:], bounds: Histogram.bounds, cumulative: metrics.duration.cumulative, sum: metrics.duration.sum)
    }
}
