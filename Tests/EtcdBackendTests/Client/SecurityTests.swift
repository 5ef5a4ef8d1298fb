import Foundation
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("TLS and authentication")
struct SecurityTests {
    @Test("Both sides show their certificates; whoever shows none or a strange one is refused")
    func mutualTLS() async throws {
        let certificates = try Certificates()
        try await self.withServer(certificates, "server") { configuration in
            try await self.expectIn(certificates.tls(), configuration)
            for tls in [
                certificates.tls(client: nil), certificates.tls(client: "intruder"),
                certificates.tls(authority: "stranger"),
            ] {
                try await self.expectOut(tls, configuration)
            }
        }
    }

    @Test("A server's certificate must have the name that is configured, or else the host's")
    func names() async throws {
        let certificates = try Certificates()
        try await self.withServer(certificates, "named") { configuration in
            try await self.expectIn(certificates.tls(serverName: "etcd.test"), configuration)
            try await self.expectOut(certificates.tls(), configuration)
            try await self.expectOut(certificates.tls(serverName: "other.test"), configuration)
        }
    }

    private func withServer(
        _ certificates: Certificates, _ name: String, _ body: (EtcdConfiguration) async throws -> Void
    ) async throws {
        let server = try EtcdServer(scheme: "https", arguments: certificates.serverArguments(name))
        try server.start()
        defer { server.stop() }
        var configuration = EtcdConfiguration(endpoints: [server.endpoint])
        configuration.tls = certificates.tls(serverName: name == "named" ? "etcd.test" : nil)
        try await server.waitUntilReady(configuration)
        try await body(configuration)
    }

    private func expectIn(_ tls: EtcdConfiguration.TLS, _ configuration: EtcdConfiguration) async throws {
        var configuration = configuration
        configuration.tls = tls
        try await withClient(configuration) { client in
            try await client.put("/a", Data("1".utf8))
            #expect(try await client.range(EtcdQuery(EtcdRange("/a"))).kvs.count == 1)
        }
    }

    private func expectOut(_ tls: EtcdConfiguration.TLS, _ configuration: EtcdConfiguration) async throws {
        var configuration = configuration
        configuration.tls = tls
        configuration.requestTimeout = .seconds(1)
        try await withClient(configuration) { client in
            let error = try await failure { _ = try await client.range(EtcdQuery(EtcdRange("/a"))) }
            #expect(error?.isTransient == true, "\(tls) gave \(String(describing: error))")
        }
    }

    @Test("A key without its certificate, and files that are not there, are said at the start")
    func badFiles() throws {
        var configuration = EtcdConfiguration(endpoints: [EtcdEndpoint(host: "127.0.0.1")])
        for tls in [
            EtcdConfiguration.TLS(certificate: "/nowhere.pem"), EtcdConfiguration.TLS(privateKey: "/nowhere.key"),
            EtcdConfiguration.TLS(authorities: "/nowhere.pem"),
        ] {
            configuration.tls = tls
            do throws(EtcdError) {
                _ = try EtcdClient(configuration)
                Issue.record("\(tls) was taken")
            } catch {
                #expect(error.code == .invalidTLS)
            }
        }
    }

    @Test("A user does what its role allows, and its token is renewed when it has run out")
    func users() async throws {
        // Tokens that are not used for two seconds run out, and watches outlive them.
        let server = try EtcdServer(arguments: ["--auth-token-ttl", "2"])
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await server.control("user", "add", "root:secret-of-root")
        try await server.control("user", "add", "rollcall:hunter2")
        try await server.control("role", "add", "registry")
        try await server.control("role", "grant-permission", "registry", "--prefix=true", "readwrite", "/rollcall/")
        try await server.control("user", "grant-role", "rollcall", "registry")
        try await server.control("auth", "enable")
        var configuration = EtcdConfiguration(endpoints: [server.endpoint])
        configuration.credentials = .init(username: "rollcall", password: "hunter2")
        try await withClient(configuration) { client in
            let start = try await client.put("/rollcall/a", Data()).header.revision
            #expect(try await failure { try await client.put("/other/a", Data()) }?.code == .permissionDenied)
            let seen = Seen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.watch(EtcdRange(prefix: "/rollcall/"), from: start, seen) }
                try await eventually { seen.batches.count == 1 }
                // Long enough for the token to be forgotten, whose time etcd looks at once a second.
                try await Task.sleep(for: .seconds(4))
                try await client.put("/rollcall/b", Data())
                try await eventually { seen.batches.count == 2 }
                group.cancelAll()
            }
        }
        for (credentials, code) in [
            (nil, EtcdError.Code.unauthenticated),
            (EtcdConfiguration.Credentials(username: "rollcall", password: "wrong"), .unauthenticated),
        ] {
            configuration.credentials = credentials
            try await withClient(configuration) { client in
                let error = try await failure { try await client.put("/rollcall/a", Data()) }
                #expect(error?.code == code)
            }
        }
    }

    @Test("Rights that change while a token is held do not get in the way")
    func changedRights() async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await server.control("user", "add", "root:r")
        try await server.control("user", "grant-role", "root", "root")
        try await server.control("auth", "enable")
        var configuration = EtcdConfiguration(endpoints: [server.endpoint])
        configuration.credentials = .init(username: "root", password: "r")
        try await withClient(configuration) { client in
            try await client.put("/a", Data())
            try await server.control("--user", "root:r", "role", "add", "another")
            try await client.put("/a", Data())
            #expect(try await client.range(EtcdQuery(EtcdRange("/a"))).kvs.map(\.version) == [2])
        }
    }
}
