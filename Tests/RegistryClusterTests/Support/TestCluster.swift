import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

@testable import RegistryCluster

/// Nodes on one clock and one log, each with a store of its own. Nothing moves but by ``turn(by:)``.
struct TestCluster {
    let clock = ManualClock()
    let log = SharedLog()
    /// What the nodes log.
    let logged = LoggedEvents()
    let nodes: [ClusterNode]
    let stores: [LogStore]

    /// Tasks of a node that sleep: for digests, beats, hashes, housekeeping and the store's report; and for the membership until it is one.
    private static let sleepers = 5

    private init(_ count: Int, _ settings: ClusterSettings) {
        let (log, clock, logger) = (self.log, self.clock, self.logged.logger)
        self.stores = (1...count).map { LogStore(UInt64($0), log) }
        self.nodes = self.stores.map {
            ClusterNode(
                Made.member($0.memberID, epoch: 0), store: $0, clock: clock, settings: settings, logger: logger)
        }
        for node in self.nodes { log.attach(node) }
    }

    /// Runs `body` beside so many nodes, whose ids are from 1 on.
    static func run(
        _ count: Int = 1, _ settings: ClusterSettings = ClusterSettings(), _ body: (TestCluster) async throws -> Void
    ) async throws {
        let cluster = TestCluster(count, settings)
        try await withThrowingDiscardingTaskGroup { group in
            for (node, store) in zip(cluster.nodes, cluster.stores) {
                group.addTask { await node.run(Catalog(store: store, clock: cluster.clock)) }
            }
            try await body(cluster)
            group.cancelAll()
        }
    }

    /// The same, once every node is a member and has said so.
    static func runJoined(
        _ count: Int = 1, _ settings: ClusterSettings = ClusterSettings(), _ body: (TestCluster) async throws -> Void
    ) async throws {
        try await Self.run(count, settings) { cluster in
            try await cluster.turn(by: .milliseconds(100))
            try await eventually("all are members") { cluster.log.members.count == count }
            try await body(cluster)
        }
    }

    /// Moves the clock on in steps, and waits after each until every task has come to rest.
    func turn(by span: TimeSpan, step: TimeSpan = .milliseconds(50)) async throws {
        try await self.rest()
        var left = span
        while left > .zero {
            let next = min(left, step)
            self.clock.advance(by: next)
            left = .milliseconds(left.milliseconds - next.milliseconds)
            try await self.rest()
        }
    }

    private func rest() async throws {
        try await eventually("every task sleeps") {
            self.clock.sleeperCount == self.stores.reduce(0) { $0 + Self.sleepers + ($1.isMember ? 0 : 1) }
        }
    }
}

/// What became of announcements.
final class Outcomes: Sendable {
    private let all = Mutex<[RegistryError.Code?]>([])

    var codes: [RegistryError.Code?] { self.all.withLock { $0 } }
    func note(_ error: RegistryError?) { self.all.withLock { $0.append(error?.code) } }
}
