import RegistryModel

extension ConfigurationKey {
    static let webhooks: [ConfigurationKey] = [
        .init(
            "webhooks.timeout", \.webhooks.timeout, .duration(.milliseconds(100)...(.minutes(1))),
            "The time that one delivery may take, from looking the name up to the answer."),
        .init(
            "webhooks.max_backoff", \.webhooks.maxBackoff, .duration(.seconds(1)...(.hours(1))),
            "The longest time between two tries; the first is 1s, and it doubles."),
        .init(
            "webhooks.give_up_after", \.webhooks.giveUpAfter, .duration(.seconds(1)...(.days(30))),
            "The time with nothing but failures after which a subscription is not tried until it is revived."),
        .init(
            "webhooks.concurrency", \.webhooks.concurrency, .integer(1...1_000),
            "Deliveries at once, each a connection; one host gets an eighth of them."),
        .init(
            "webhooks.max_subscriptions", \.webhooks.maxSubscriptions, .integer(0...1_000_000),
            "Subscriptions that there may be."),
        .init(
            "webhooks.max_subscriptions_per_service", \.webhooks.maxSubscriptionsPerService, .integer(0...1_000_000),
            "The same for one service."),
    ]
}
