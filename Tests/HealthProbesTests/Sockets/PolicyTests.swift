import RegistryHealth
import RegistryModel
import Synchronization
import Testing

@testable import HealthProbes

struct PolicyTests {
    private static func policy(deny: [String]) -> OutboundPolicy {
        OutboundPolicy(deny: deny.compactMap(OutboundRule.init), listensOnLoopbackAlone: true)
    }

    @Test(arguments: [HealthCheck.Kind.http, .tcp, .grpc])
    func aForbiddenAddressSeesNoConnection(kind: HealthCheck.Kind) async throws {
        try await Script(requested: { _ in .say(answer()) }).run(on: "127.66.0.1") { target in
            try await withProber(policy: Self.policy(deny: ["127.66.0.0/16"])) { prober in
                let outcome = await prober.probe(target, kind, timeout: .seconds(5))
                #expect(
                    outcome
                        == ProbeOutcome(
                            failure: .forbidden, detail: "127.66.0.1 is in outbound.deny (127.66.0.0/16)."))
            }
            try await withProber(policy: OutboundPolicy(listensOnLoopbackAlone: false)) { prober in
                #expect(await prober.probe(target, kind, timeout: .seconds(5)).failure == .forbidden)
            }
            #expect(target.seen.accepted == 0)
        }
    }

    /// The name server of an attacker answers otherwise the second time.
    @Test func aNameIsHeldAgainstThePolicyByTheAddressThatIsDialled() async throws {
        let lookUps = Mutex(0)
        try await Script(requested: { _ in .say(answer()) }).run(on: "127.66.0.2") { target in
            try await withProber(policy: Self.policy(deny: ["127.66.0.0/16"])) { _ in
            } lookUp: { _ in
                lookUps.withLock { $0 += 1 }
                return [IPAddress(v4: 0x7f42_0002)]
            } _: { prober in
                let outcome = await prober.probe(target, host: "rebind.example")
                #expect(outcome.failure == .forbidden)
                #expect(outcome.detail.contains("rebind.example is at 127.66.0.2, which is in outbound.deny"))
                #expect(lookUps.withLock { $0 } == 1)
            }
            #expect(target.seen.accepted == 0)
        }
    }

    @Test func ofSeveralAddressesOnlyThoseAllowedAreDialled() async throws {
        try await Script(requested: { _ in .say(answer("500 No")) }).run(on: "127.66.0.3") { forbidden in
            try await withProber(policy: Self.policy(deny: ["127.66.0.0/16"])) { _ in
            } lookUp: { _ in
                [IPAddress(v4: 0x7f42_0003), IPAddress(v4: 0x7f43_0001)]
            } _: { prober in
                // Nobody listens on the other.
                #expect(await prober.probe(forbidden, host: "two.example").failure == .refused)
            }
            #expect(forbidden.seen.accepted == 0)
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        try await Script(requested: { _ in .say(answer()) }).run(on: "127.66.0.4") { forbidden in
            let redirect = answer("302 Found", headers: "Location: http://127.66.0.4:\(forbidden.port)/\r\n")
            try await Script(requested: { _ in .say(redirect) }).run { target in
                try await withProber(policy: Self.policy(deny: ["127.66.0.0/16"])) { prober in
                    #expect(await prober.probe(target) == ProbeOutcome(failure: .rejected, detail: "HTTP 302"))
                }
            }
            #expect(forbidden.seen.accepted == 0)
        }
    }
}
