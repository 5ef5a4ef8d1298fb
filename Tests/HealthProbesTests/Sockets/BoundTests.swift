import NIOCore
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

#if canImport(Glibc)
import Glibc
#endif

/// One after another: thousands of connections at once leave little for others.
@Suite(.serialized) struct BoundTests {
    /// Both ends of 2,000 connections are in this process.
    private static func raiseFileLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    @Test(arguments: [(3, 30, HealthCheck.Kind.http), (2_000, 2_500, .http), (2_000, 2_500, .grpc)])
    func noMoreConnectionsThanAllowed(limit: Int, probes: Int, kind: HealthCheck.Kind) async throws {
        Self.raiseFileLimit()
        try await Script().run { target in
            try await withProber {
                $0.maxConnections = limit
            } _: { prober in
                try await withThrowingTaskGroup(of: ProbeOutcome.self) { group in
                    for _ in 0..<limit { group.addTask { await prober.probe(target, kind, timeout: .minutes(10)) } }
                    try await eventually("all connections are open") { target.seen.open == limit }
                    let others = await withTaskGroup(of: ProbeOutcome.self) { others in
                        for _ in limit..<probes {
                            others.addTask { await prober.probe(target, kind, timeout: .milliseconds(300)) }
                        }
                        return await others.reduce(into: []) { $0.append($1) }
                    }
                    // Who waited for a connection is not blamed on the target.
                    #expect(others.count == probes - limit && others.allSatisfy { $0.failure == .overloaded })
                    #expect(target.seen.mostOpen == limit)
                    group.cancelAll()
                }
                try await eventually("all are closed") { target.seen.open == 0 && prober.openConnections == 0 }
            }
        }
    }

    @Test func whoeverWaitsGetsAConnectionThatBecomesFree() async throws {
        try await Script(requested: { _ in .sayInPieces(["", answer()], every: .milliseconds(20)) }).run {
            target in
            try await withProber {
                $0.maxConnections = 2
            } _: { prober in
                let outcomes = await withTaskGroup(of: ProbeOutcome.self) { group in
                    for _ in 0..<30 { group.addTask { await prober.probe(target) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes == Array(repeating: ProbeOutcome(detail: "HTTP 200"), count: 30))
                #expect(target.seen.mostOpen <= 5)
            }
        }
    }

    @Test func unusedConnectionsAreClosedForOthers() async throws {
        try await Script(requested: { _ in .say(answer()) }).run(on: "127.0.0.1") { one in
            try await Script().run(on: "127.0.0.2") { hanging in
                try await withProber {
                    $0.maxConnections = 4
                } _: { prober in
                    #expect(await prober.probe(one).failure == nil)
                    #expect(one.seen.open == 1)
                    try await withThrowingTaskGroup(of: ProbeOutcome.self) { group in
                        for _ in 0..<4 {
                            group.addTask { await prober.probe(hanging, timeout: .minutes(10)) }
                        }
                        try await eventually("all four are connected") { hanging.seen.open == 4 }
                        try await eventually("the unused one is closed") { one.seen.open == 0 }
                        group.cancelAll()
                    }
                    #expect(hanging.seen.accepted == 4)
                }
            }
        }
    }

    @Test(arguments: [HealthCheck.Kind.http, .grpc])
    func cancellationLeavesNothingOpen(kind: HealthCheck.Kind) async throws {
        try await Script().run { target in
            try await withProber {
                $0.maxConnections = 4
            } _: { prober in
                await withTaskGroup(of: ProbeOutcome.self) { group in
                    for _ in 0..<10 { group.addTask { await prober.probe(target, kind, timeout: .minutes(10)) } }
                    try? await eventually("four have begun") { target.seen.open == 4 }
                    group.cancelAll()
                    for await outcome in group {
                        #expect(outcome == ProbeOutcome(failure: .overloaded, detail: "the probe was cancelled"))
                    }
                }
                try await eventually("all are closed") { target.seen.open == 0 && prober.openConnections == 0 }
                #expect(target.seen.accepted == 4)
            }
        }
    }

    @Test func shuttingDownEndsWhatRuns() async throws {
        try await Script().run { target in
            try await withProber { prober in
                async let running = prober.probe(target, timeout: .minutes(10))
                try await eventually("it has begun") { target.seen.open == 1 }
                await prober.shutDown()
                #expect(await running.failure != nil)
                #expect(await prober.probe(target).failure == .overloaded)
            }
        }
    }
}
