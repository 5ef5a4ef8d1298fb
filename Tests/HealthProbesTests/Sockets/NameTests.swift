import Dispatch
import NIOCore
import Outbound
import RegistryHealth
import RegistryModel
import Synchronization
import Testing

@testable import HealthProbes

struct NameTests {
    @Test func localhostIsFound() async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { prober in
                #expect(await prober.probe(target, host: "localhost").failure == nil)
                #expect(target.seen.requests[0].contains("host: localhost:\(target.port)\r\n"))
            }
        }
    }

    @Test func aNameThatDoesNotExistIsUnreachable() async throws {
        try await Script().run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target, host: "a..b")
                #expect(outcome.failure == .forbidden)
            }
            try await withProber { _ in
            } lookUp: { (_) throws(LookupFault) in
                throw LookupFault(.notFound, "its name was not found")
            } _: { prober in
                let outcome = await prober.probe(target, host: "missing.example")
                #expect(outcome == ProbeOutcome(failure: .unreachable, detail: "its name was not found"))
            }
        }
    }

    @Test func theNextAddressIsTriedWhenOneRefuses() async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { _ in
            } lookUp: { _ in
                [IPAddress(v4: 0x7f37_0001), IPAddress(v6: 1), IPAddress(v4: 0x7f00_0001)]
            } _: { prober in
                #expect(await prober.probe(target, host: "several.example") == ProbeOutcome(detail: "HTTP 200"))
            }
        }
    }

    @Test func manyProbesOfOneNameLookItUpOnce() async throws {
        let lookUps = Mutex(0)
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { _ in
            } lookUp: { _ in
                lookUps.withLock { $0 += 1 }
                return [IPAddress(v4: 0x7f00_0001)]
            } _: { prober in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 {
                        group.addTask { #expect(await prober.probe(target, host: "one.example").failure == nil) }
                    }
                }
                #expect(lookUps.withLock { $0 } == 1)
            }
        }
    }

    /// Name servers that do not answer hold eight threads; probes go on ending in time, and what nobody waits for any more is not looked up.
    @Test func lookUpsThatHangHoldNobodyUp() async throws {
        let gate = DispatchSemaphore(value: 0)
        let begun = Mutex(0)
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { _ in
            } lookUp: { _ in
                begun.withLock { $0 += 1 }
                gate.wait()
                return [IPAddress(v4: 0x7f00_0001)]
            } _: { prober in
                let outcomes = await withTaskGroup(of: ProbeOutcome.self) { group in
                    for index in 0..<100 {
                        group.addTask {
                            await prober.probe(target, host: "hangs-\(index).example", timeout: .milliseconds(300))
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count == 100)
                #expect(
                    outcomes.allSatisfy { $0.failure == .timedOut || $0.failure == .overloaded })
                // Addresses need no name server.
                #expect(await prober.probe(target).failure == nil)
                for _ in 0..<100 { gate.signal() }
                let outcome = await prober.probe(target, host: "answers.example")
                #expect(outcome.failure == nil)
                // Eight threads at most hung, all that wait for their turn were given up, and the last name was looked up. A slow machine
                // may not have begun all eight in time.
                #expect((2...9).contains(begun.withLock { $0 }))
            }
        }
    }
}
