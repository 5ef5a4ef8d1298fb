import RegistryModel
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("Passwords, users and TLS of a real Redis", .timeLimit(.minutes(5)))
struct SecurityTests {
    private typealias Credentials = RedisConfiguration.Credentials

    @Test("A password: with the right one it works, otherwise it is refused, and none is ever told")
    func password() async throws {
        let right = Credentials(password: "open-sesame")
        try await withRedis(["--requirepass", "open-sesame"], credentials: right) { server in
            try await Self.expect(server.configuration(credentials: right), nil)
            for wrong in [
                nil, Credentials(password: "guess-one"), Credentials(username: "nobody", password: "open-sesame"),
            ] {
                let error = try await Self.expect(server.configuration(credentials: wrong), .denied)
                #expect(
                    !"\(String(describing: error))".contains("open-sesame")
                        && !"\(String(describing: error))".contains("guess-one"))
            }
        }
    }

    @Test("A user with rights to one prefix: what is beyond is refused")
    func user() async throws {
        let alice = Credentials(username: "alice", password: "rabbit-hole")
        let rules = "--user alice on >rabbit-hole ~allowed* +ping +get --user default off"
        try await withRedis(rules.split(separator: " ").map(String.init), credentials: alice) { server in
            try await Self.expect(server.configuration(credentials: alice), nil)
            try await Self.expect(server.configuration(credentials: Credentials(password: "rabbit-hole")), .denied)
            try await withClient(server.configuration(credentials: alice)) { client in
                let own = try await client.send(RedisCommand("GET", "allowed-1"))
                #expect(own == .null)
                for command in [RedisCommand("GET", "other"), RedisCommand("SET", "allowed", "1")] {
                    #expect(await redisError { _ = try await client.send(command) }?.code == .denied)
                }
            }
        }
    }

    @Test("A Redis that repeats what it was sent does not get the password into an error")
    func repeatedSecret() async throws {
        // Renamed away, AUTH is an unknown command, and Redis says with which arguments it came.
        try await withRedis(["--rename-command", "AUTH", ""]) { server in
            let configuration = server.configuration(credentials: Credentials(username: "u", password: "hunter-two"))
            let error = try await Self.expect(configuration, .denied)
            #expect(!"\(String(describing: error))".contains("hunter-two"))
        }
    }

    @Test("What a refusal repeats of a command is left out, since that may be a secret as well")
    func repeatedArguments() async throws {
        try await withRedis(["--rename-command", "SET", ""]) { server in
            try await withClient(server.configuration()) { client in
                let error = await redisError { _ = try await client.send(RedisCommand("SET", "key", "hunter-two")) }
                #expect(error?.message.contains("unknown command") == true, "\(String(describing: error))")
                #expect(error?.message.contains("hunter-two") == false)
            }
        }
    }

    @Test("The configuration does not show a password, however it is printed")
    func configuration() throws {
        var configuration = RedisConfiguration(
            host: "h", credentials: Credentials(username: "u", password: "hunter2"), store: "embedded")
        for _ in 0..<2 {
            var dumped = ""
            dump(configuration, to: &dumped)
            for text in ["\(configuration)", String(reflecting: configuration), dumped] {
                #expect(!text.contains("hunter2"))
            }
            configuration.credentials?.username = ""
        }
    }

    @Test("TLS: the certificate is held against the authority and the address, and a plain connection gets nowhere")
    func tls() async throws {
        let certificates = try TestCertificates()
        try await withRedis(tls: certificates) { server in
            func configuration(_ authority: String?) -> RedisConfiguration {
                server.configuration(
                    tls: RedisConfiguration.TLS(authorities: authority.map(certificates.certificate)))
            }
            try await Self.expect(configuration("ca"), nil)
            try await Self.expect(configuration("stranger"), .insecure)
            try await Self.expect(configuration(nil), .insecure)
            #expect(await redisError { _ = try RedisClient(configuration("none")) }?.code == .insecure)
            let plain = try await Self.expect(server.configuration(), nil, mayFail: true)
            #expect(plain != nil)
        }
    }

    @Test("TLS: a certificate that is for another name is refused, whoever signed it")
    func otherName() async throws {
        let certificates = try TestCertificates()
        let server = try RedisServer(tls: certificates, certificate: "named")
        try server.start()
        defer { server.stop() }
        let configuration = server.configuration(
            tls: RedisConfiguration.TLS(authorities: certificates.certificate("ca")))
        var error: RedisError?
        try await eventually("it answers") {
            error = try await Self.expect(configuration, nil, mayFail: true)
            return error?.code != .unavailable
        }
        #expect(error?.code == .insecure, "\(String(describing: error))")
    }

    @Test("TLS to a Redis without it is an error that says so")
    func tlsToPlain() async throws {
        let certificates = try TestCertificates()
        try await withRedis { server in
            let tls = RedisConfiguration.TLS(authorities: certificates.certificate("ca"))
            // Redis waits for the end of a line that does not come.
            let configuration = server.configuration(tls: tls, timeout: .seconds(1))
            let error = try await Self.expect(configuration, nil, mayFail: true)
            #expect(error != nil)
        }
    }

    /// Whether a client gets an answer, and with which error it does not.
    @discardableResult
    private static func expect(
        _ configuration: RedisConfiguration, _ code: RedisError.Code?, mayFail: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> RedisError? {
        let error = try await withClient(configuration) { client in
            await redisError { _ = try await client.send(RedisCommand("PING")) }
        }
        if !mayFail { #expect(error?.code == code, "\(String(describing: error))", sourceLocation: sourceLocation) }
        return error
    }
}
