import AsyncHTTPClient
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// Ten instances are restarted one after another while callers call them 50 times a second, through discover and through watch.
@Suite(.timeLimit(.minutes(3)))
struct RollingRestartTests {
    private static let downtime = Duration.milliseconds(400)

    private struct Outcome: Sendable {
        var discover = Caller.Figures()
        var watch = Caller.Figures()
        var drains: [DrainAnswer] = []
        var elapsed = Duration.zero
    }

    @Test func withDrainNoRequestFails() async throws {
        let outcome = try await self.restart(drainWait: .seconds(30))
        for (name, figures) in [("discover", outcome.discover), ("watch", outcome.watch)] {
            #expect(Double(figures.requests) >= 40 * (outcome.elapsed / .seconds(1)), "\(name) in \(outcome.elapsed)")
            #expect(figures.failures == [], "\(name)")
        }
        #expect(outcome.drains.count == 10)
        for drain in outcome.drains {
            #expect(drain.isComplete)
            #expect(Set(drain.confirmed.map(\.kind)) == ["stream", "blocking"], "both callers were waited for")
        }
    }

    /// The same without drain, so that it is seen that the requests above could have failed.
    @Test func withoutDrainSomeFail() async throws {
        let outcome = try await self.restart(drainWait: nil)
        #expect(!outcome.discover.failures.isEmpty)
        #expect(!outcome.watch.failures.isEmpty)
    }

    private func restart(drainWait: TimeSpan?) async throws -> Outcome {
        let outcome = Box(Outcome())
        try await LiveServer.run { server in
            var ports: [Int] = []
            for _ in 0..<10 { ports.append(try await FreePort.find()) }
            let addresses = ports
            try await server.withClient { client in
                let replicas = addresses.map { Replica(port: $0, client: client) }
                for replica in replicas { try await replica.start() }
                outcome.value = try await Self.restart(replicas, client, drainWait)
                for replica in replicas { try await replica.stop(drainWait: nil, downtime: .zero) }
            }
        }
        return outcome.value
    }

    private static func restart(
        _ replicas: [Replica], _ client: RollcallClient, _ drainWait: TimeSpan?
    ) async throws -> Outcome {
        var settings = HTTPClient.Configuration()
        // A client that quietly tries again would hide what is looked for.
        settings.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let (discover, watch) = (Caller(.discover, http), Caller(.watch, http))
        var outcome = Outcome()
        do {
            (outcome.drains, outcome.elapsed) = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await discover.run(client) }
                group.addTask { await watch.run(client) }
                defer { group.cancelAll() }
                try await Self.awaitAll(replicas, discover, watch)
                let start = ContinuousClock.now
                var drains: [DrainAnswer] = []
                for replica in replicas {
                    let answer = try await replica.stop(drainWait: drainWait, downtime: Self.downtime)
                    if let answer { drains.append(answer) }
                    try await replica.start()
                    try await Self.awaitAll(replicas, discover, watch)
                }
                return (drains, ContinuousClock.now - start)
            }
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
        (outcome.discover, outcome.watch) = (discover.figures, watch.figures)
        return outcome
    }

    private static func awaitAll(_ replicas: [Replica], _ callers: Caller...) async throws {
        try await eventually("callers know every instance") { callers.allSatisfy { $0.known == replicas.count } }
    }
}
