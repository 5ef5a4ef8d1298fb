import Foundation
import Testing

/// Two certificate authorities of one test's own, and a certificate for a server at 127.0.0.1, made by openssl.
final class TestCertificates: Sendable {
    let directory: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.directory = url.path
        try self.makeAuthority("ca")
        try self.makeAuthority("stranger")
        let (request, file) = ("\(self.directory)/server.csr", "\(self.directory)/server.ext")
        try "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth".write(
            toFile: file, atomically: true, encoding: .utf8)
        try self.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server",
            "-keyout", self.key("server"), "-out", request)
        try self.openssl(
            "x509", "-req", "-in", request, "-days", "2", "-CA", self.certificate("ca"), "-CAkey", self.key("ca"),
            "-CAcreateserial", "-extfile", file, "-out", self.certificate("server"))
    }

    deinit { try? FileManager.default.removeItem(atPath: self.directory) }

    func certificate(_ name: String) -> String { "\(self.directory)/\(name).pem" }
    func key(_ name: String) -> String { "\(self.directory)/\(name).key" }

    private func makeAuthority(_ name: String) throws {
        try self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-keyout", self.key(name), "-out", self.certificate(name))
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
