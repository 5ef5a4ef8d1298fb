import Foundation
import Testing

/// Two certificate authorities of one test's own, and certificates for a server at 127.0.0.1 and for one of a name, made by openssl.
final class TestCertificates: Sendable {
    let directory: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.directory = url.path
        try self.makeAuthority("ca")
        try self.makeAuthority("stranger")
        try self.issue("server", "IP:127.0.0.1")
        try self.issue("named", "DNS:redis.test")
    }

    deinit { try? FileManager.default.removeItem(atPath: self.directory) }

    func certificate(_ name: String) -> String { "\(self.directory)/\(name).pem" }
    func key(_ name: String) -> String { "\(self.directory)/\(name).key" }

    private func makeAuthority(_ name: String) throws {
        try self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-keyout", self.key(name), "-out", self.certificate(name))
    }

    private func issue(_ name: String, _ subject: String) throws {
        let (request, file) = ("\(self.directory)/\(name).csr", "\(self.directory)/\(name).ext")
        try "subjectAltName=\(subject)\nextendedKeyUsage=serverAuth".write(
            toFile: file, atomically: true, encoding: .utf8)
        try self.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", self.key(name), "-out", request)
        try self.openssl(
            "x509", "-req", "-in", request, "-days", "2", "-CA", self.certificate("ca"), "-CAkey", self.key("ca"),
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
