import Foundation
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("Certificates that are replaced while a client runs")
struct CertificateRotationTests {
    private func with(
        _ body: (EtcdServer, Certificates, EtcdConfiguration, EtcdClient, LoggedEvents) async throws -> Void
    ) async throws {
        let certificates = try Certificates()
        let server = try EtcdServer(scheme: "https", arguments: certificates.serverArguments("server"))
        try server.start()
        defer { server.stop() }
        var configuration = EtcdConfiguration(endpoints: [server.endpoint], requestTimeout: .seconds(2))
        configuration.tls = certificates.tls()
        configuration.tls?.look = .milliseconds(20)
        try await server.waitUntilReady(configuration)
        let log = LoggedEvents()
        let client = try EtcdClient(configuration, logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            try await body(server, certificates, configuration, client, log)
        }
    }

    @Test("Those of another authority are used once the files hold them")
    func anotherAuthority() async throws {
        try await self.with { server, certificates, configuration, client, log in
            try await client.put("/a", Data())
            try certificates.replace(by: Certificates())
            server.stop()
            try server.start()
            try await server.waitUntilReady(configuration)
            try await eventually { (try? await client.put("/a", Data())) != nil }
            #expect(log.messages.contains { $0.contains("New certificates") })
        }
    }

    /// Longer than a call may take after that: by then the old connection is closed.
    @Test("What was begun before goes on: calls on the old connection, a watch on the new one")
    func goesOn() async throws {
        try await self.with { server, certificates, configuration, client, log in
            let start = try await client.put("/a", Data()).header.revision
            let seen = Seen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.watch(EtcdRange(prefix: "/a"), from: start, seen) }
                try await eventually { seen.batches.count == 1 }
                try certificates.renewClient()
                try await eventually { log.messages.contains { $0.contains("New certificates") } }
                for _ in 0..<30 {
                    try await client.put("/a", Data())
                    try await Task.sleep(for: .milliseconds(100))
                }
                try await eventually { seen.batches.count == 31 }
                group.cancelAll()
            }
        }
    }

    @Test("What cannot be used is told, and the old ones are kept")
    func unusable() async throws {
        try await self.with { server, certificates, configuration, client, log in
            try "nothing".write(toFile: certificates.certificate("client"), atomically: true, encoding: .utf8)
            try await eventually { log.messages.contains { $0.contains("cannot be used") } }
            try await client.put("/a", Data())
            #expect(!log.messages.contains { $0.contains("New certificates") })
        }
    }
}
