import NIOSSL
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

struct TLSProbeTests {
    private let certificates: Certificates

    init() throws { self.certificates = try Certificates.shared.get() }

    private func probe(
        certificate: String, trusting authority: Bool = true, host: String = "127.0.0.1", serverName: String = ""
    ) async throws -> ProbeOutcome {
        let security = try self.certificates.server(certificate)
        return try await Script(requested: { _ in .say(answer()) }).run(security: security) { target in
            try await withProber {
                $0.tlsCAFile = authority ? self.certificates.authority : ""
            } _: { prober in
                let outcome = await prober.probe(target, host: host) {
                    $0.usesTLS = true
                    $0.serverName = serverName
                }
                if outcome.failure == nil {
                    _ = await prober.probe(target, host: host) {
                        $0.usesTLS = true
                        $0.serverName = serverName
                    }
                    #expect(target.seen.accepted == 1)
                } else {
                    #expect(target.seen.requests.isEmpty)
                }
                return outcome
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", ""), ("localhost", ""), ("127.0.0.1", "localhost"), ("127.0.0.1", "a.test.example"),
        ("127.0.0.1", "LOCALHOST"), ("localhost", "127.0.0.1"),
    ])
    func acceptsACertificateThatHolds(host: String, serverName: String) async throws {
        let outcome = try await self.probe(certificate: Certificates.right, host: host, serverName: serverName)
        #expect(outcome == ProbeOutcome(detail: "HTTP 200"))
    }

    @Test(arguments: [
        (Certificates.otherName, "127.0.0.1", ""), (Certificates.otherName, "localhost", ""),
        (Certificates.nameOnly, "127.0.0.1", "other.example"), (Certificates.nameOnly, "127.0.0.1", ""),
        (Certificates.selfSigned, "127.0.0.1", ""),
        (Certificates.selfSigned, "localhost", "localhost"),
    ])
    func refusesACertificateThatDoesNotHold(certificate: String, host: String, serverName: String) async throws {
        let outcome = try await self.probe(certificate: certificate, host: host, serverName: serverName)
        #expect(outcome.failure == .insecure && outcome.detail.hasPrefix("TLS: "), "\(outcome)")
    }

    @Test func refusesAnAuthorityThatIsNotTrusted() async throws {
        let outcome = try await self.probe(certificate: Certificates.right, trusting: false)
        #expect(outcome.failure == .insecure)
    }

    @Test func aTargetWithoutTLSIsInsecure() async throws {
        try await Script(accepted: { .say("220 ready\r\n") }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target) { $0.usesTLS = true }
                #expect(outcome.failure == .insecure, "\(outcome)")
            }
        }
    }

    @Test func anAddressAsServerNameIsTheOneThatIsDialled() async throws {
        let outcome = try await self.probe(certificate: Certificates.otherName, serverName: "127.0.0.9")
        #expect(outcome.failure == .insecure && outcome.detail.contains("not the one that is dialled"))
    }

    @Test func aFileThatHasNoAuthorityIsToldAtTheStart() {
        var configuration = HealthProber.Configuration(policy: OutboundPolicy(listensOnLoopbackAlone: true))
        configuration.tlsCAFile = "/nowhere/authority.pem"
        #expect(throws: (any Error).self) { try HealthProber(configuration) }
    }

    @Test(arguments: [(["h2"], true), ([], true), (["http/1.1"], true)])
    func gRPCSpeaksHTTP2OverTLS(protocols: [String], passes: Bool) async throws {
        let security = try self.certificates.server(Certificates.right, protocols: protocols)
        try await GRPCTarget.run(security: security) { _ in
            .status(1)
        } _: { target in
            try await withProber {
                $0.tlsCAFile = self.certificates.authority
            } _: { prober in
                let asked = ProbeTarget(
                    host: "localhost", port: target.port, kind: .grpc, probe: HealthCheck.Probe(usesTLS: true))
                for _ in 0..<2 {
                    #expect((await prober.probe(asked, timeout: .seconds(20)).failure == nil) == passes)
                }
                if passes { #expect(target.seen.accepted == 1) }
            }
        }
    }
}
