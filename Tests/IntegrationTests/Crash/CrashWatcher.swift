import AsyncHTTPClient
import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// A watcher that goes on from its last id, whenever its stream ends and whatever that cost it.
final class CrashWatcher: Sendable {
    let name: String
    /// Nil: it watches everything.
    let services: [ServiceKey]?
    private let checker = Mutex(WatchChecker())
    private let seen = Mutex<[Sight]>([])
    private let connections = Atomic<Int>(0)

    /// A service as one stream showed it.
    struct Sight: Sendable {
        let connection: Int
        let service: ServiceKey
        let revision: Revision
    }

    init(_ name: String, _ services: [ServiceKey]?) {
        self.name = name
        self.services = services
    }

    private var query: String {
        self.services.map { $0.map { "service=\($0.name)" }.joined(separator: "&") } ?? "service=*"
    }

    func watches(_ service: ServiceKey) -> Bool { self.services?.contains(service) ?? true }

    var violations: [String] { self.checker.withLock { $0.violations.map { "\(self.name): \($0)" } } }

    var coverage: WatchCoverage { self.checker.withLock { $0.coverage } }

    /// Whether it was told, with an id, of something later than this.
    func isPast(_ revision: Revision) -> Bool { self.checker.withLock { $0.id.map { $0 > revision } ?? false } }

    /// Services as they were shown to it since this was asked last, in order.
    func takeSeen() -> [Sight] {
        self.seen.withLock { seen in
            defer { seen = [] }
            return seen
        }
    }

    /// Where it is with each service.
    var views: [ServiceKey: WatchChecker.View] { self.checker.withLock { $0.views } }

    /// Watches until the server goes, or the task is cancelled. Goes away by itself after each of `cuts`, and comes back.
    func watch(_ server: LiveServer, _ http: HTTPClient, cuts: [Duration] = []) async {
        // Whoever comes after the end would wait for a connection for as long as the HTTP client tries.
        for cut in cuts where !server.program.isAskedToStop {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.watchOnce(server, http) }
                // A cut may come at any moment, so this wait stands for nothing.
                try? await Task.sleep(for: cut)
                group.cancelAll()
            }
        }
        while !server.program.isAskedToStop, !Task.isCancelled { await self.watchOnce(server, http) }
    }

    private func watchOnce(_ server: LiveServer, _ http: HTTPClient) async {
        let lastID = self.checker.withLock { checker in
            checker.cut()
            return checker.lastID
        }
        let connection = self.connections.add(1, ordering: .relaxed).newValue
        let subscriber = Subscriber { self.take($0, connection) }
        do {
            try await subscriber.watch(server.url("/v1/watch?\(self.query)"), lastEventID: lastID, http)
        } catch let error as Subscriber.Refused {
            Issue.record("\(self.name) was refused with \(error.status)")
        } catch let error as Subscriber.Malformed {
            Issue.record("\(self.name) was sent `\(error.text)`")
        } catch {
            // It breaks off with the server.
        }
    }

    private func take(_ block: Subscriber.Block, _ connection: Int) {
        self.checker.withLock { $0.take(block) }
        switch block.document {
        case .snapshot(let key, let revision, _), .change(let key, let revision, _, _, _):
            self.seen.withLock { $0.append(Sight(connection: connection, service: key, revision: revision)) }
        default: break
        }
    }

    func finish(_ found: [ServiceKey: WatchChecker.View], _ history: [HistoryRecord]) {
        self.checker.withLock { $0.finish(found.filter { self.watches($0.key) }, history) }
    }
}
