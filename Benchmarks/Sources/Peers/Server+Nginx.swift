#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Server {
    /// nginx that answers everything with one file, tuned for that: open files are remembered, connections kept, the access log
    /// written in pieces, as rollcall does it.
    ///
    /// - Parameter headers: sent besides those that nginx sends by itself.
    public static func withNginx<Value>(
        _ place: Workplace, body: [UInt8], headers: [(name: String, value: String)], workers: Int = 2,
        _ run: (Server) async throws -> Value
    ) async throws -> Value {
        let directory = try place.directory("nginx")
        let port = try await place.freePort()
        try SystemFile.write(body, to: directory + "/answer.json")
        let lines = headers.map { "      add_header \($0.name) '\($0.value)';" }.joined(separator: "\n")
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "  \($0)_temp_path \(directory)/\($0);" }.joined(separator: "\n")
        let configuration = """
            daemon off;
            pid \(directory)/pid;
            worker_processes \(workers);
            \(geteuid() == 0 ? "user root;" : "")
            events { worker_connections 4096; }
            http {
            \(temporary)
              default_type application/json;
              sendfile on;
              keepalive_requests 1000000000;
              open_file_cache max=16;
              open_file_cache_valid 60s;
              access_log \(directory)/access.log combined buffer=64k flush=1s;
              server {
                listen 127.0.0.1:\(port) backlog=1024;
                location / {
                  root \(directory);
                  try_files /answer.json =404;
            \(lines)
                }
              }
            }

            """
        try SystemFile.write(Array(configuration.utf8), to: directory + "/nginx.conf")
        let command = ["nginx", "-p", directory, "-e", directory + "/error.log", "-c", directory + "/nginx.conf"]
        return try await Self.with("nginx", port: port, command, log: directory + "/log", run)
    }
}
