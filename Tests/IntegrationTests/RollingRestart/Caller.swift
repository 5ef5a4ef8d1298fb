import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RollcallClient
import ServerTestKit
import Synchronization

/// A caller of the service: 50 requests a second to the instances that it knows, one after another, each on whatever connection is open.
///
/// It takes a new list over only when nothing is on its way any more to an instance that has left it, and confirms it by that.
final class Caller: Sendable {
    struct Figures: Sendable {
        var requests = 0
        var failures: [String] = []
    }

    /// How it learns of instances.
    enum Source: Sendable { case discover, watch }

    private struct State {
        var known: [String] = []
        var turn = 0
        var underWay: [String: Int] = [:]
        var figures = Figures()
    }

    private static let interval = Duration.milliseconds(20)
    /// From being told to acting on it, as programs take that have more to do. So it matters that a drain waits for them.
    private static let reaction = Duration.milliseconds(100)

    private let source: Source
    private let http: HTTPClient
    private let state = Mutex(State())

    init(_ source: Source, _ http: HTTPClient) {
        self.source = source
        self.http = http
    }

    var figures: Figures { self.state.withLock { $0.figures } }
    var known: Int { self.state.withLock { $0.known.count } }

    /// Calls until it is cancelled.
    func run(_ client: RollcallClient) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.learn(client) }
            // By the time of its start, so that a busy machine makes calls late and not fewer.
            var next = ContinuousClock.now
            while !Task.isCancelled {
                if let address = self.begin() { group.addTask { await self.call(address) } }
                next += Self.interval
                try? await Task.sleep(until: next)
            }
            group.cancelAll()
        }
    }

    // MARK: Calls

    private func begin() -> String? {
        self.state.withLock { state in
            guard !state.known.isEmpty else { return nil }
            state.turn += 1
            let address = state.known[state.turn % state.known.count]
            state.underWay[address, default: 0] += 1
            state.figures.requests += 1
            return address
        }
    }

    private func call(_ address: String) async {
        var failure: String?
        do {
            // The future of the client, which unlike its task is not cancelled when the test is over.
            let response = try await self.http.get(url: "http://\(address)/", deadline: .now() + .seconds(10)).get()
            if response.status != .ok { failure = "\(response.status)" }
        } catch {
            failure = "\(error)"
        }
        self.state.withLock { state in
            state.underWay[address, default: 0] -= 1
            if let failure { state.figures.failures.append("\(address): \(failure)") }
        }
    }

    // MARK: Lists

    private func learn(_ client: RollcallClient) async {
        while !Task.isCancelled {
            do throws(RollcallClientError) {
                switch self.source {
                case .discover: try await self.readAgainAndAgain(client)
                case .watch: try await self.watch(client)
                }
            } catch {
                // Cancelled, or the registry stumbles: it goes on with what it knows.
            }
        }
    }

    private func readAgainAndAgain(_ client: RollcallClient) async throws(RollcallClientError) {
        var index = Revision.zero
        while true {
            let answer = try await client.discover(
                client.service("web"), blocking: BlockingRead(after: index, wait: .seconds(30))
            ).value
            await self.take(answer.services.first?.instances?.map(\.spec.address) ?? [])
            index = answer.revision
        }
    }

    private func watch(_ client: RollcallClient) async throws(RollcallClientError) {
        var instances: [String: String] = [:]
        for try await event in client.watch(.services(["web"])) {
            switch event {
            case .update(.snapshot(_, _, let service), _):
                instances = [:]
                for instance in service.instances ?? [] { instances[instance.id] = instance.spec.address }
            case .update(.change(_, _, _, let changed, let removed), _):
                for id in removed { instances[id] = nil }
                for instance in changed { instances[instance.id] = instance.spec.address }
            case .update(.gap, _), .update(.synced, _), .interrupted: continue
            }
            await self.take(instances.values.sorted())
        }
    }

    /// Goes on with this list, and returns when nothing is under way to those that are not on it.
    private func take(_ addresses: [String]) async {
        do { try await Task.sleep(for: Self.reaction) } catch { return }
        self.state.withLock { $0.known = addresses }
        while self.state.withLock({ state in
            state.underWay.contains { $0.value > 0 && !addresses.contains($0.key) }
        }) {
            do { try await Task.sleep(for: .milliseconds(1)) } catch { return }
        }
    }
}
