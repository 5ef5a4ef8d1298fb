import Foundation
import RegistryTestKit
import ServerTestKit
import Testing

/// A server that starts beside an etcd that lost its data while no server ran.
@Suite(.timeLimit(.minutes(3)))
struct StartBesideAnotherHistoryTests {
    @Test(
        "It shows what it knew and writes nothing, until an operator says which history counts",
        arguments: ["adopt", "reseed"])
    func restart(verdict: String) async throws {
        let etcd = try EtcdServer()
        try etcd.start()
        defer { etcd.stop() }
        let directory = try TemporaryDirectory()
        let flags = [
            "--registry-type", "etcd", "--etcd-endpoints", "127.0.0.1:\(etcd.port)", "--registry-cache-interval", "1s",
        ]
        try await LiveServer.run(directory: directory.path, flags: flags) { server in
            #expect(try await Self.register("before", server).status == 0)
            try await eventually("it is in the file") { Self.isInFile("before", directory) }
        }
        try etcd.empty()
        try etcd.start()
        try await LiveServer.run(directory: directory.path, flags: flags) { server in
            #expect(try await Self.discovered(server).contains("before"))
            #expect(try await Self.register("meanwhile", server).status != 0)
            let history = try await server.rollcall("history")
            #expect(history.status != 0 && history.errors.contains("another history"), "\(history)")
            let cluster = try await server.rollcall("cluster")
            #expect(cluster.output.contains("Nothing can be written"), "\(cluster.output)")
            let settled = try await server.rollcall("cluster", verdict, "--yes")
            #expect(settled.status == 0, "\(settled.errors)")
            try await eventually("it can be written") { try await Self.register("after", server).status == 0 }
            #expect(try await server.rollcall("history").output.contains("after"))
            let shown = try await Self.discovered(server)
            #expect(shown.contains("after") && shown.contains("before") == (verdict == "reseed"), "\(shown)")
        }
    }

    private static func register(_ id: String, _ server: LiveServer) async throws -> Program.Outcome {
        try await server.rollcall(
            "register", "--service", "payments", "--host", "127.0.0.1", "--port", "\(id.utf8.count)", "--id", id,
            "--ttl", "1h")
    }

    private static func discovered(_ server: LiveServer) async throws -> String {
        try await server.rollcall("discover", "payments").output
    }

    private static func isInFile(_ id: String, _ directory: TemporaryDirectory) -> Bool {
        let snapshot = try? Data(contentsOf: URL(filePath: "\(directory.path)/catalogue.snapshot"))
        return snapshot?.range(of: Data(id.utf8)) != nil
    }
}
