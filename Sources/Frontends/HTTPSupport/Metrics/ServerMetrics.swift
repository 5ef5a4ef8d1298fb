import Synchronization

/// What the HTTP frontends count. Made once by the server and given to all of them; read by the metrics endpoint.
public final class ServerMetrics: Sendable {
    /// Connections of the API that are open.
    public let connections = Gauge()
    /// Requests that are being answered, watches and blocking reads included.
    public let requestsInFlight = Gauge()
    /// Streams of events that are open.
    public let openWatches = Gauge()
    /// Requests that wait for a change.
    public let blockingReaders = Gauge()
    /// How long after its publication a change was written to those who read.
    public let propagation = PropagationMetrics()
    /// What the canary measures.
    public let canary = CanaryMetrics()
    /// Requests that were turned away because too much was asked at once.
    public let shed = Counter()
    /// Lines of the access log that were dropped because its buffer was full.
    public let accessLogDrops = Counter()

    /// Deliveries to callbacks.
    public let webhooks: WebhookMetrics

    private let registered = Mutex<[OperationMetrics]>([])

    public init(webhooks: WebhookMetrics = WebhookMetrics(results: [])) { self.webhooks = webhooks }

    /// What one operation counts; called once an operation, at start.
    public func operation(_ name: String) -> OperationMetrics {
        self.registered.withLock { operations in
            if let known = operations.first(where: { $0.name == name }) { return known }
            let operation = OperationMetrics(name: name)
            operations.append(operation)
            return operation
        }
    }

    /// Every operation that has been asked for with ``operation(_:)``.
    public var operations: [OperationMetrics] { self.registered.withLock { $0 } }
}

/// The figures of one operation. Its name is one of a fixed set, never a path or an id.
public final class OperationMetrics: Sendable {
    public let name: String
    /// Durations of answers, without waits and watches.
    public let duration = Histogram()
    private let answers: [Counter] = (0..<5).map { _ in Counter() }

    init(name: String) { self.name = name }

    /// Answers of the class `1` (1xx) to `5` (5xx).
    public func answers(ofClass digit: Int) -> Int64 { self.answers[digit - 1].value }

    /// - Parameter microseconds: nil for a wait or a watch, whose length is the client's choice.
    public func record(status: Int, microseconds: Int64?) {
        self.answers[min(max(status / 100, 1), 5) - 1].increment()
        if let microseconds { self.duration.record(microseconds: microseconds) }
    }
}
