/// The server that all this is about, as it ships but for ports, directory and the access log, which goes to a file.
public struct Rollcall: Sendable {
    public let server: Server
    public let metricsPort: Int
    /// The directory of its data.
    public let directory: String

    /// - Parameter etcd: the port of the etcd that it keeps its catalogue in; nil: the embedded store.
    public static func with<Value>(
        _ place: Workplace, executable: String, directory: String? = nil, etcd: Int? = nil,
        _ body: (Rollcall) async throws -> Value
    ) async throws -> Value {
        let directory = try directory ?? place.directory("rollcall")
        let (port, metricsPort) = (try await place.freePort(), try await place.freePort())
        let store = etcd.map { ["--registry-type", "etcd", "--etcd-endpoints", "127.0.0.1:\($0)"] } ?? []
        let command =
            [
                executable, "serve", "--server-port", "\(port)", "--monitoring-metrics-port", "\(metricsPort)",
                "--registry-data-dir", directory + "/data", "--server-access-log", directory + "/access.log",
            ] + store
        return try await Server.with("rollcall", port: port, command, log: directory + "/log") { server in
            try await body(Rollcall(server: server, metricsPort: metricsPort, directory: directory))
        }
    }
}
