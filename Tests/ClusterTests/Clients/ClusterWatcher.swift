import AsyncHTTPClient
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization

/// A watcher that is cut again and again, and goes on from its last id on any node.
final class ClusterWatcher: Sendable {
    private struct State {
        var random: SeededGenerator
        var checker = WatchChecker()
        /// Streams that were refused because the node was behind, and other reasons.
        var refusals: [UInt: Int] = [:]
        var malformed: [String] = []
        var streams = 0
    }

    let name: String
    /// Nil: it watches everything.
    private let services: [ServiceKey]?
    private let state: Mutex<State>

    init(_ name: String, _ services: [ServiceKey]?, seed: UInt64) {
        self.name = name
        self.services = services
        self.state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    private var query: String {
        self.services.map { $0.map { "service=\($0.name)" }.joined(separator: "&") } ?? "service=*"
    }

    func watches(_ service: ServiceKey) -> Bool { self.services?.contains(service) ?? true }

    var violations: [String] {
        self.state.withLock { state in (state.checker.violations + state.malformed).map { "P3: \(self.name): \($0)" } }
    }
    var coverage: WatchCoverage { self.state.withLock { $0.checker.coverage } }
    /// The services of which it has not caught up with what there is.
    func lacking(_ found: [ServiceKey: WatchChecker.View], newest: [ServiceKey: Revision]) -> [ServiceKey] {
        self.state.withLock { $0.checker.lacking(found.filter { self.watches($0.key) }, newest: newest) }
    }
    var summary: String { self.state.withLock { "\($0.streams) streams, refused \($0.refusals)" } }

    /// Until the task is cancelled: watches somewhere, for a while.
    func run(_ cluster: LiveCluster, _ http: HTTPClient) async {
        while !Task.isCancelled {
            let (node, time) = self.state.withLock { state in
                (
                    Int.random(in: 0..<cluster.nodes.count, using: &state.random),
                    Int.random(in: 100...3_000, using: &state.random)
                )
            }
            await self.watch(cluster.nodes[node], http, for: .milliseconds(time))
            // A node that is gone refuses at once.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Watches one node, until the stream ends, the task is cancelled, or the time is over.
    func watch(_ node: RollcallNode, _ http: HTTPClient, for time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchOnce(node, http) }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
    }

    private func watchOnce(_ node: RollcallNode, _ http: HTTPClient) async {
        let lastID = self.state.withLock { state in
            state.checker.cut()
            state.streams += 1
            return state.checker.lastID
        }
        let subscriber = Subscriber { block in self.state.withLock { $0.checker.take(block) } }
        do {
            try await subscriber.watch(
                "http://\(node.address)/v1/watch?health=any&\(self.query)", lastEventID: lastID, http)
        } catch let refused as Subscriber.Refused {
            self.state.withLock { $0.refusals[refused.status, default: 0] += 1 }
        } catch let malformed as Subscriber.Malformed {
            self.state.withLock { $0.malformed.append("was sent `\(malformed.text)` by \(node.name)") }
        } catch {
            // It breaks off with the node.
        }
    }

    /// At the end, when it has caught up.
    func finish(
        _ found: [ServiceKey: WatchChecker.View], _ history: [HistoryRecord], since start: Revision
    ) {
        self.state.withLock { $0.checker.finish(found.filter { self.watches($0.key) }, history, since: start) }
    }
}
