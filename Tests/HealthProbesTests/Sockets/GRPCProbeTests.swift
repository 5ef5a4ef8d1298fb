import NIOHPACK
import NIOHTTP2
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

struct GRPCProbeTests {
    private func probe(
        _ prober: HealthProber, _ target: GRPCTarget, service: String = "", timeout: TimeSpan = .seconds(20)
    ) async -> ProbeOutcome {
        await prober.probe(
            ProbeTarget(
                host: "127.0.0.1", port: target.port, kind: .grpc, probe: HealthCheck.Probe(service: service)),
            timeout: timeout)
    }

    @Test(
        arguments: [
            (GRPCTarget.Reply.status(1), nil, "SERVING"), (.status(2), .rejected, "NOT_SERVING"),
            (.status(0), .rejected, "UNKNOWN"), (.status(3), .rejected, "SERVICE_UNKNOWN"),
            (.status(9), .rejected, "UNKNOWN"),
            (.failure("5"), .rejected, "the server does not know the service"),
            (.failure("12"), .rejected, "the server does not have grpc.health.v1.Health"),
            (
                GRPCTarget.Reply(trailers: ["grpc-status": "14", "grpc-message": "shutting down"]), .rejected,
                "gRPC status 14: shutting down"
            ),
            (GRPCTarget.Reply(trailers: [:], headers: [":status": "502"]), .rejected, "HTTP 502"),
            (GRPCTarget.Reply(trailers: [:]), .rejected, "no gRPC status"),
            (
                GRPCTarget.Reply(message: [0, 0, 0, 0, 9, 8, 1], trailers: ["grpc-status": "0"]), .rejected,
                "its answer is not of grpc.health.v1"
            ),
        ] as [(GRPCTarget.Reply, ProbeOutcome.Failure?, String)])
    func theAnswerDecides(reply: GRPCTarget.Reply, failure: ProbeOutcome.Failure?, detail: String) async throws {
        try await GRPCTarget.run { _ in
            reply
        } _: { target in
            try await withProber { prober in
                for _ in 0..<2 {
                    #expect(await self.probe(prober, target) == ProbeOutcome(failure: failure, detail: detail))
                }
                #expect(target.seen.accepted == 1)
            }
        }
    }

    @Test func asksAboutTheServiceThatIsNamed() async throws {
        try await GRPCTarget.run {
            $0 == "shop.Cart" || $0.isEmpty ? .status(1) : .status(2)
        } _: { target in
            try await withProber { prober in
                #expect(await self.probe(prober, target, service: "shop.Cart").failure == nil)
                #expect(await self.probe(prober, target, service: "shop.Pay").failure == .rejected)
                #expect(await self.probe(prober, target).failure == nil)
                #expect(target.seen.services == ["shop.Cart", "shop.Pay", ""])
                let headers = target.seen.headers[0]
                #expect(headers.first(name: ":path") == "/grpc.health.v1.Health/Check")
                #expect(headers.first(name: ":authority") == "127.0.0.1:\(target.port)")
                #expect(headers.first(name: "content-type") == "application/grpc")
                #expect(headers.first(name: "te") == "trailers")
                #expect(headers.first(name: "grpc-timeout")?.hasSuffix("m") == true)
            }
        }
    }

    /// Beyond 200 control frames, and beyond a window of 65,535 bytes in both directions.
    @Test func oneConnectionServesThousandsOfProbes() async throws {
        // With a field of 100 bytes that is not known.
        let message = [0, 0, 0, 0, 104, 8, 1, 18, 100] + [UInt8](repeating: 97, count: 100)
        let reply = GRPCTarget.Reply(message: message, trailers: ["grpc-status": "0"])
        try await GRPCTarget.run { _ in
            reply
        } _: { target in
            try await withProber { prober in
                for number in 0..<3_000 {
                    let outcome = await self.probe(prober, target, service: String(repeating: "s", count: 100))
                    try #require(outcome == ProbeOutcome(detail: "SERVING"), "probe \(number)")
                }
                #expect(target.seen.accepted == 1)
            }
        }
    }

    @Test func aResetCallIsRejected() async throws {
        let reply = GRPCTarget.Reply(trailers: [:], reset: .internalError)
        try await GRPCTarget.run { _ in
            reply
        } _: { target in
            try await withProber { prober in
                let outcome = await self.probe(prober, target)
                #expect(outcome.failure == .rejected && outcome.detail.hasPrefix("reset the call"))
            }
        }
    }

    @Test func aServerThatGoesAwayIsConnectedToAgain() async throws {
        var reply = GRPCTarget.Reply.status(1)
        reply.goesAway = true
        try await GRPCTarget.run { [reply] _ in
            reply
        } _: { target in
            try await withProber { prober in
                for _ in 0..<3 { #expect(await self.probe(prober, target).failure == nil) }
                #expect(target.seen.accepted == 3)
                try await eventually("all are closed") { target.seen.open == 0 && prober.openConnections == 0 }
            }
        }
    }

    @Test func aServerThatDoesNotAnswerTimesOut() async throws {
        try await GRPCTarget.run { _ in
            nil
        } _: { target in
            try await withProber { prober in
                let outcome = await unlessStoodStill {
                    await self.probe(prober, target, timeout: .milliseconds(200))
                }
                #expect(outcome.failure == .timedOut && outcome.detail.hasSuffix("within 200ms"))
                try await eventually("it is closed") { target.seen.open == 0 && prober.openConnections == 0 }
            }
        }
    }

    @Test func aServerOfAnotherProtocolIsRejected() async throws {
        try await Script(requested: { _ in .sayAndClose(answer("400 Bad Request")) }).run { target in
            try await withProber { prober in
                #expect(await prober.probe(target, .grpc).failure == .rejected)
            }
        }
    }
}
