/// The server that all this is about, as it ships but for ports, directory and the access log, which goes to a file.
public struct Rollcall: Sendable {
    public let server: Server
    public let metricsPort: Int
    /// The directory of its data.
    public let directory: String

    public static func with<Value>(
        _ place: Workplace, executable: String, directory: String? = nil, _ body: (Rollcall) async throws -> Value
    ) async throws -> Value {
        let directory = try directory ?? place.directory("rollcall")
        let (port, metricsPort) = (try await place.freePort(), try await place.freePort())
        let command = [
            executable, "serve", "--server-port", "\(port)", "--monitoring-metrics-port", "\(metricsPort)",
            "--registry-data-dir", directory + "/data", "--server-access-log", directory + "/access.log",
        ]
        return try await Server.with("rollcall", port: port, command, log: directory + "/log") { server in
            try await body(Rollcall(server: server, metricsPort: metricsPort, directory: directory))
        }
    }
}
