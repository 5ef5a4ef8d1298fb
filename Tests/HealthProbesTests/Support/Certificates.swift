import Foundation
import NIOSSL

/// An authority of its own and certificates that it signed, made by openssl(1) once for each run.
struct Certificates: Sendable {
    /// The path of the authority's certificate.
    let authority: String
    private let directory: String

    static let shared = Result { try Certificates() }

    /// A server's certificate for `localhost` and 127.0.0.1.
    static let right = "right"
    /// One for another name.
    static let otherName = "other"
    /// One for `localhost` alone.
    static let nameOnly = "name"
    /// One for `localhost` that nobody signed but itself.
    static let selfSigned = "self"

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rollcall-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.directory = folder.path
        self.authority = folder.appending(path: "authority.pem").path
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        try self.openssl(
            ["req", "-x509"] + key + ["-subj", "/CN=Test", "-keyout", "authority.key", "-out", "authority.pem"])
        for (name, subject) in [
            (Self.right, "DNS:localhost,DNS:*.test.example,IP:127.0.0.1"),
            (Self.otherName, "DNS:other.example,IP:127.0.0.9"),
            (Self.nameOnly, "DNS:localhost"), (Self.selfSigned, "DNS:localhost,IP:127.0.0.1"),
        ] {
            let signed = name == Self.selfSigned ? [] : ["-CA", "authority.pem", "-CAkey", "authority.key"]
            try self.openssl(
                ["req", "-x509"] + key + signed + [
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(subject)", "-addext",
                    "basicConstraints=critical,CA:FALSE", "-keyout", "\(name).key", "-out", "\(name).pem",
                ])
        }
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(filePath: self.directory)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw OpenSSLFailed(arguments: arguments, text: text) }
    }

    struct OpenSSLFailed: Error {
        let arguments: [String]
        let text: String
    }

    /// What a server with one of the certificates needs.
    func server(_ name: String, protocols: [String] = ["http/1.1"]) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile("\(self.directory)/\(name).pem").map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(self.directory)/\(name).key", format: .pem)))
        configuration.applicationProtocols = protocols
        return try NIOSSLContext(configuration: configuration)
    }
}
