import Logging
import RegistryCatalog

/// The server: reads its configuration, plugs the parts together, and runs them until it is told to stop.
public enum RollcallServer {
    /// Runs the server until SIGTERM or SIGINT, and returns once it has stopped gracefully.
    ///
    /// - Parameters:
    ///   - arguments: the flags that follow `serve`.
    ///   - environment: all variables of the process.
    /// - Throws: ``ConfigurationError`` for settings that are wrong or not safe, `StoreError` for a store that cannot be used,
    ///   and the system's error for an address that cannot be listened on.
    public static func run(arguments: [String], environment: [String: String]) async throws {
        let loaded = try ServerConfiguration.load(arguments: arguments, environment: environment)
        let configuration = try loaded.checked(within: OpenFileLimit.raise())
        let logger = Logger(label: "rollcall") { LogFormat(label: $0, level: configuration.logLevel) }
        let application = try ServerApplication(configuration: configuration, clock: SystemClock(), logger: logger)
        try await application.run()
    }
}
