import NIOCore
import NIOPosix
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

#if canImport(Glibc)
import Glibc
#endif

struct TCPProbeTests {
    @Test func connectingIsEnough() async throws {
        try await Script(accepted: { .say("220 ready\r\n") }).run { target in
            try await withProber { prober in
                for _ in 0..<3 { #expect(await prober.probe(target, .tcp) == ProbeOutcome(detail: "connected")) }
                try await eventually("all are closed") { target.seen.accepted == 3 && target.seen.open == 0 }
            }
        }
    }

    @Test func nobodyListensIsARefusal() async throws {
        // tcpmux: a port that systems give to nobody who asks for a free one, unlike one that another test just left.
        let port: UInt16 = 1
        try await withProber { prober in
            for kind in [HealthCheck.Kind.tcp, .http, .grpc] {
                let outcome = await prober.probe(
                    ProbeTarget(host: "127.0.0.1", port: port, kind: kind, probe: HealthCheck.Probe()),
                    timeout: .seconds(20))
                #expect(outcome == ProbeOutcome(failure: .refused, detail: "connection refused"))
            }
            #expect(prober.openConnections == 0)
        }
    }

    /// A listener whose queue is full: the system drops what asks for a connection.
    @Test func aConnectionThatDoesNotComeAboutTimesOut() async throws {
        let listener = try FullListener()
        try await withProber { prober in
            let target = ProbeTarget(host: "127.0.0.1", port: listener.port, kind: .tcp, probe: HealthCheck.Probe())
            let outcome = await unlessStoodStill { await prober.probe(target, timeout: .milliseconds(300)) }
            #expect(outcome == ProbeOutcome(failure: .timedOut, detail: "no connection within 300ms"))
            try await eventually("it is closed") { prober.openConnections == 0 }
        }
    }

    @Test func whatIsAcceptedAndNeverAnsweredTimesOut() async throws {
        try await Script().run { target in
            try await withProber { prober in
                for kind in [HealthCheck.Kind.http, .grpc] {
                    let outcome = await unlessStoodStill {
                        await prober.probe(target, kind, timeout: .milliseconds(200))
                    }
                    #expect(outcome.failure == .timedOut && outcome.detail.hasSuffix("within 200ms"))
                }
                let overTLS = await unlessStoodStill {
                    await prober.probe(target, timeout: .milliseconds(200)) { $0.usesTLS = true }
                }
                #expect(overTLS.failure == .timedOut)
                try await eventually("all are closed") { target.seen.open == 0 && prober.openConnections == 0 }
            }
        }
    }
}

/// A socket that listens and never accepts, its queue filled.
private final class FullListener {
    let port: UInt16
    private var sockets: [CInt]

    init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.sockets = [listener]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var length = size
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        try #require(isListening)
        self.port = UInt16(bigEndian: address.sin_port)
        for _ in 0..<8 {
            let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
            self.sockets.append(client)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, size) }
            }
        }
    }

    deinit { for socket in self.sockets { close(socket) } }
}
