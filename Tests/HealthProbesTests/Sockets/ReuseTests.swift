import NIOCore
import RegistryHealth
import RegistryModel
import Synchronization
import Testing

@testable import HealthProbes

struct ReuseTests {
    @Test func oneConnectionServesManyProbes() async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { prober in
                for _ in 0..<200 { #expect(await prober.probe(target).failure == nil) }
                #expect(target.seen.accepted == 1)
                #expect(target.seen.requests.count == 200)
                #expect(prober.openConnections == 1)
            }
        }
    }

    @Test(arguments: ["Connection: close\r\n", "connection: Close\r\n"])
    func whatTheTargetWantsClosedIsNotKept(header: String) async throws {
        try await Script(requested: { _ in .say(answer(headers: header)) }).run { target in
            try await withProber { prober in
                for _ in 0..<3 { #expect(await prober.probe(target).failure == nil) }
                #expect(target.seen.accepted == 3)
                try await eventually("all are closed") { target.seen.open == 0 && prober.openConnections == 0 }
            }
        }
    }

    @Test func aProbeThatFailsByItsStatusKeepsTheConnection() async throws {
        try await Script(requested: { _ in .say(answer("503 Service Unavailable")) }).run { target in
            try await withProber { prober in
                for _ in 0..<5 { #expect(await prober.probe(target).detail == "HTTP 503") }
                #expect(target.seen.accepted == 1)
            }
        }
    }

    /// The target closes instead of answering a second question: it is asked again, once, over a new connection.
    @Test(arguments: [
        ScriptedTarget.Act.sayAndClose(""),
        .sayAndClose("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    ])
    func aStaleConnectionIsNotTheTargetsFault(act: ScriptedTarget.Act) async throws {
        try await Script(requested: { $0.number == 1 ? .say(answer()) : act }).run { target in
            try await withProber { prober in
                for _ in 0..<4 { #expect(await prober.probe(target) == ProbeOutcome(detail: "HTTP 200")) }
                #expect(target.seen.accepted == 4)
            }
        }
    }

    @Test func aNewConnectionThatFailsIsNotTriedAgain() async throws {
        try await Script(requested: { $0.connection == 1 && $0.number == 1 ? .say(answer()) : .sayAndClose("") }).run {
            target in
            try await withProber { prober in
                #expect(await prober.probe(target).failure == nil)
                #expect(await prober.probe(target).failure == .rejected)
                #expect(target.seen.accepted == 2)
                #expect(await prober.probe(target).failure == .rejected)
                #expect(target.seen.accepted == 3)
            }
        }
    }

    @Test func aConnectionThatSpeaksUnaskedIsDropped() async throws {
        let twice = answer() + answer("500 Internal Server Error")
        try await Script(requested: { _ in .say(twice) }).run { target in
            try await withProber { prober in
                for _ in 0..<3 {
                    #expect(await prober.probe(target).detail == "HTTP 200")
                    try await eventually("it is closed") { prober.openConnections == 0 }
                }
                #expect(target.seen.accepted == 3)
            }
        }
    }

    @Test func anUnusedConnectionIsClosedByItsAge() async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber {
                $0.idleTimeout = .milliseconds(100)
            } _: { prober in
                #expect(await prober.probe(target).failure == nil)
                try await eventually("it is closed") { target.seen.open == 0 && prober.openConnections == 0 }
                #expect(await prober.probe(target).failure == nil)
                #expect(target.seen.accepted == 2)
            }
        }
    }

    @Test func aConnectionThatItsTargetClosesIsForgotten() async throws {
        try await Script(requested: { _ in .sayAndClose(answer()) }).run { target in
            try await withProber { prober in
                for _ in 0..<3 { #expect(await prober.probe(target).failure == nil) }
                try await eventually("it is closed") { prober.openConnections == 0 }
            }
        }
    }

    /// Two of three slots are kept, and the third serves whoever comes: those that are kept are not closed for each other.
    @Test func whenThePoolIsFullConnectionsAreNotKept() async throws {
        try await Script(requested: { _ in .say(answer()) }).run(on: "127.0.0.1") { one in
            try await Script(requested: { _ in .say(answer()) }).run(on: "127.0.0.2") { two in
                try await Script(requested: { _ in .say(answer()) }).run(on: "127.0.0.3") { three in
                    try await withProber {
                        $0.maxConnections = 3
                    } _: { prober in
                        for _ in 0..<5 {
                            for target in [one, two, three] { #expect(await prober.probe(target).failure == nil) }
                        }
                        #expect(one.seen.accepted == 1 && two.seen.accepted == 1)
                        #expect(three.seen.accepted == 5)
                        #expect(three.seen.requests.allSatisfy { $0.contains("connection: close\r\n") })
                    }
                }
            }
        }
    }
}
