import NIOCore
import NIOPosix
import Outbound
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

/// An answer of HTTP/1.1 with a body of known length.
func answer(_ status: String = "200 OK", body: String = "ok", headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
}

/// Runs `body` with a prober, and closes it afterwards; nothing may be open then.
func withProber<Result: Sendable>(
    policy: OutboundPolicy = OutboundPolicy(listensOnLoopbackAlone: true),
    _ change: (inout HealthProber.Configuration) -> Void = { _ in },
    lookUp: @escaping NameResolver.Lookup = AddressLookup.addresses,
    _ body: (HealthProber) async throws -> Result
) async throws -> Result {
    var configuration = HealthProber.Configuration(policy: policy)
    change(&configuration)
    let prober = try HealthProber(configuration, group: .singleton, lookUp: lookUp)
    let result: Result
    do {
        result = try await body(prober)
    } catch {
        await prober.shutDown()
        throw error
    }
    await prober.shutDown()
    #expect(prober.openConnections == 0)
    return result
}

extension HealthProber {
    func probe(
        _ target: ScriptedTarget, _ kind: HealthCheck.Kind = .http, host: String? = nil,
        timeout: TimeSpan = .seconds(20), _ change: (inout HealthCheck.Probe) -> Void = { _ in }
    ) async -> ProbeOutcome {
        var probe = HealthCheck.Probe()
        change(&probe)
        return await self.probe(
            ProbeTarget(host: host ?? target.host, port: target.port, kind: kind, probe: probe), timeout: timeout)
    }
}

/// What a probe says that is not about a machine on which this process did not get to run for a second.
func unlessStoodStill(_ probe: () async -> ProbeOutcome) async -> ProbeOutcome {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
        let outcome = await probe()
        if outcome.detail != "this process stood still" || ContinuousClock.now > deadline { return outcome }
    }
}

/// Waits for a condition that has to come about.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("It did not come about that \(what).", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
