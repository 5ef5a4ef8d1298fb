import AsyncHTTPClient
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization

/// Clients, beating instances and watchers on a cluster to which faults are done, and what they may then find.
final class FaultRun: Sendable {
    struct Settings: Sendable {
        var members = 1
        var rounds = 4
        var seed: UInt64 = 0
        /// After what is mended, besides the time it takes all nodes to agree: longer than a ttl and its bound.
        var calm = Duration.seconds(5)
        /// What a busy machine may add to the bound of late expiry.
        var margin = Duration.seconds(3)
        var callers = 6
    }

    let settings: Settings
    let cluster: LiveCluster
    let clock = RunClock()
    let log = OperationLog()
    let fleet: BeatingFleet
    let nodes: NodeClients
    let http: HTTPClient
    let watchers: [ClusterWatcher]
    let callers: [Caller]
    let driver: FaultDriver
    let state = Mutex(State())

    struct State {
        var violations: [String] = []
        /// That were taken from the history: some of it is gone after an operator's decision.
        var expiries: Set<HistoryRecord> = []
        var hashes = HashChecker()
    }

    init(_ settings: Settings, _ cluster: LiveCluster, _ nodes: NodeClients, _ http: HTTPClient) {
        self.settings = settings
        self.cluster = cluster
        self.nodes = nodes
        self.http = http
        let (log, clock) = (self.log, self.clock)
        let fleet = BeatingFleet(nodes, clock, seed: settings.seed &+ 1, margin: settings.margin)
        self.fleet = fleet
        self.callers = (0..<settings.callers).map { Caller($0, nodes, log, clock, seed: settings.seed) }
        let shared = OperationLog.services
        self.watchers = [
            ClusterWatcher("watcher of one", [shared[0]], seed: settings.seed &+ 11),
            ClusterWatcher("watcher of several", shared, seed: settings.seed &+ 12),
            ClusterWatcher("watcher of *", nil, seed: settings.seed &+ 13),
            ClusterWatcher("another watcher of *", nil, seed: settings.seed &+ 14),
        ]
        self.driver = FaultDriver(cluster, clock) { time in
            log.giveUp(at: time)
            fleet.mayBeUnknown(true)
        }
    }

    var violations: [String] {
        self.state.withLock { $0.violations + $0.hashes.violations } + self.log.violations
            + self.watchers.flatMap(\.violations)
    }

    var faults: [String: Int] { self.driver.counts }
    var disturbances: Disturbances { self.driver.disturbances }
    var hashesCompared: Int { self.state.withLock { $0.hashes.compared } }

    // MARK: The run

    /// Rounds of faults and calm, until the last, or until something is wrong: what comes later would only repeat it.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in BeatingFleet.keys { group.addTask { await self.fleet.run(key) } }
            var plan = FaultPlan(
                nodes: self.cluster.nodes.count, members: self.settings.members, seed: self.settings.seed)
            for _ in 0..<self.settings.rounds where self.violations.isEmpty {
                let round = plan.next()
                print("faults: round \(round.number) at \(self.clock.now / 1_000_000) ms: \(round.faults)")
                try await self.perform(round)
                try await self.compare(round)
            }
            group.cancelAll()
            for try await _ in group {}
        }
        self.fleet.fallSilent()
        if self.violations.isEmpty { try await self.finish() }
    }

    /// Clients and watchers are cut off in the middle of what they do, long after all is mended.
    private func perform(_ round: FaultRound) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in self.callers { group.addTask { await caller.run() } }
            for watcher in self.watchers { group.addTask { await watcher.run(self.cluster, self.http) } }
            // Something is there before anything is done to it.
            try await Task.sleep(for: .milliseconds(500))
            try await self.driver.perform(round)
            let mended = self.clock.now
            try await self.allServe()
            print("faults: all serve again after \((self.clock.now - mended) / 1_000_000) ms")
            try await Task.sleep(for: self.settings.calm)
            group.cancelAll()
            for try await _ in group {}
        }
    }

    func report(_ violation: String) { self.state.withLock { $0.violations.append(violation) } }
}
