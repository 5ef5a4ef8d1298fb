public import Logging
import Synchronization

/// What was logged, a line each: the message, and what goes with it.
public final class LoggedEvents: LogHandler {
    private let kept = Mutex<[String]>([])

    public init() {}

    /// Logs to here.
    public var logger: Logger { Logger(label: "test") { _ in self } }
    public var messages: [String] { self.kept.withLock { $0 } }

    public var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    public var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    public func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        self.kept.withLock { $0.append("\(event.message) \(metadata)") }
    }
}
