public import RegistryModel

/// What an operator can set about deliveries. Every default is in its comment.
public struct WebhookSettings: Sendable, Hashable {
    /// How long one delivery may take, from looking the name up to the answer (`webhooks.timeout`): 10 s.
    public var timeout: TimeSpan
    /// The longest time between two tries (`webhooks.max_backoff`): 1 min.
    public var maximumBackoff: TimeSpan
    /// After so long with nothing but failures it is not tried again until it is revived (`webhooks.give_up_after`): 24 h.
    public var giveUpAfter: TimeSpan
    /// Deliveries at once (`webhooks.concurrency`): 64. One host gets an eighth of them, at least one.
    public var concurrency: Int
    /// Bytes of a delivery's body; a larger one is not sent and counts as a failure: 8 MiB.
    public var bodyLimit: Int

    public init(
        timeout: TimeSpan = .seconds(10), maximumBackoff: TimeSpan = .minutes(1), giveUpAfter: TimeSpan = .hours(24),
        concurrency: Int = 64, bodyLimit: Int = 8 << 20
    ) {
        self.timeout = timeout
        self.maximumBackoff = maximumBackoff
        self.giveUpAfter = giveUpAfter
        self.concurrency = concurrency
        self.bodyLimit = bodyLimit
    }

    /// Deliveries to one host at once, so that no host takes all there are.
    var concurrencyPerHost: Int { max(self.concurrency / 8, 1) }

    /// The time before the second try; it doubles from there.
    static let firstBackoff = TimeSpan.seconds(1)
    /// How often it is looked which waits are over; a try may be late by this much.
    static let tick = TimeSpan.milliseconds(50)
    /// How often progress is committed that nobody waits for.
    static let savingInterval = TimeSpan.seconds(1)
    /// Bytes of an answer, its head included, that are read at most.
    static let answerLimit = 64 << 10
    /// How long the rest of an answer is read once its status is known.
    static let drainTime = TimeSpan.seconds(1)
    /// Addresses of one name that are tried at most.
    static let addressLimit = 4
    /// Names looked up at once: enough that a few whose servers do not answer leave some for the others.
    static let lookUps = 16
    /// Names that are remembered, and as many that wait to be looked up.
    static let mostNames = 4_096
}
