import Foundation
import Testing

@testable import EtcdBackend

/// A certificate authority of one test's own, with certificates for a server, by address and by name, and for a client, made by openssl.
final class Certificates: Sendable {
    let directory: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.directory = url.path
        try self.makeAuthority("ca")
        try self.makeAuthority("stranger")
        try self.issue("server", by: "ca", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth")
        try self.issue("named", by: "ca", "subjectAltName=DNS:etcd.test\nextendedKeyUsage=serverAuth,clientAuth")
        try self.renewClient()
        try self.issue("intruder", by: "stranger", "extendedKeyUsage=clientAuth")
    }

    deinit { try? FileManager.default.removeItem(atPath: self.directory) }

    func certificate(_ name: String) -> String { "\(self.directory)/\(name).pem" }
    func key(_ name: String) -> String { "\(self.directory)/\(name).key" }

    /// What etcd is started with to ask for a client's certificate too.
    func serverArguments(_ name: String) -> [String] {
        [
            "--cert-file", self.certificate(name), "--key-file", self.key(name), "--client-cert-auth",
            "--trusted-ca-file", self.certificate("ca"),
        ]
    }

    func tls(authority: String = "ca", client: String? = "client", serverName: String? = nil) -> EtcdConfiguration.TLS {
        EtcdConfiguration.TLS(
            authorities: self.certificate(authority), certificate: client.map(self.certificate),
            privateKey: client.map(self.key), serverName: serverName)
    }

    /// Another certificate and key for the client, by the same authority.
    func renewClient() throws { try self.issue("client", by: "ca", "extendedKeyUsage=clientAuth") }

    /// Puts others, of another authority, where these are.
    func replace(by other: Certificates) throws {
        for name in ["ca", "server", "client"] {
            for (file, path) in [
                (other.certificate(name), self.certificate(name)), (other.key(name), self.key(name)),
            ] {
                try Data(contentsOf: URL(filePath: file)).write(to: URL(filePath: path))
            }
        }
    }

    private func makeAuthority(_ name: String) throws {
        try self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-keyout", self.key(name), "-out", self.certificate(name))
    }

    private func issue(_ name: String, by authority: String, _ extensions: String) throws {
        let (request, file) = ("\(self.directory)/\(name).csr", "\(self.directory)/\(name).ext")
        try extensions.write(toFile: file, atomically: true, encoding: .utf8)
        try self.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout",
            self.key(name), "-out", request)
        try self.openssl(
            "x509", "-req", "-in", request, "-days", "2", "-CA", self.certificate(authority), "-CAkey",
            self.key(authority),
            "-CAcreateserial", "-extfile", file, "-out", self.certificate(name))
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
