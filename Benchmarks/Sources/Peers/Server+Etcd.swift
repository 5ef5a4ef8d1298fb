extension Server {
    /// One member of etcd with a directory of its own, as it ships but for addresses and a quiet log.
    public static func withEtcd<Value>(
        _ place: Workplace, _ body: (Server) async throws -> Value
    ) async throws -> Value {
        let directory = try place.directory("etcd")
        let port = try await place.freePort()
        let client = "http://127.0.0.1:\(port)"
        let peer = "http://127.0.0.1:\(try await place.freePort())"
        let command = [
            "etcd", "--name", "bench", "--data-dir", directory + "/data", "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", "bench=\(peer)", "--logger", "zap", "--log-level", "error",
        ]
        return try await Self.with("etcd", port: port, command, log: directory + "/log", body)
    }
}
