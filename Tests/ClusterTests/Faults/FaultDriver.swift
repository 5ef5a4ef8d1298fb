import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization

/// Does to a cluster what a plan says, mends it, and notes what that may have held up.
final class FaultDriver: Sendable {
    /// What a node or etcd may take to be itself again, once what was wrong is mended: connections are made again, a leader is elected,
    /// a lease of 10 s runs out, which begins anew with each leader. It only counts for the bound of late expiry.
    static let recovery: Int64 = 6_000_000_000
    static let membership: Int64 = 13_000_000_000

    let cluster: LiveCluster
    let clock: RunClock
    private let noted = Mutex(Disturbances())
    private let done = Mutex<[String: Int]>([:])
    private let settled = Mutex(Revision.zero)
    /// Is told right after etcd was stopped that what it had is replaced.
    let isGivenUp: @Sendable (Int64) async -> Void

    init(_ cluster: LiveCluster, _ clock: RunClock, isGivenUp: @escaping @Sendable (Int64) async -> Void) {
        self.cluster = cluster
        self.clock = clock
        self.isGivenUp = isGivenUp
    }

    var disturbances: Disturbances { self.noted.withLock { $0 } }
    /// How often each kind of fault was done.
    var counts: [String: Int] { self.done.withLock { $0 } }
    /// What a node had applied when an operator had decided which history counts; what is told of before may be of another one.
    var settledAt: Revision { self.settled.withLock { $0 } }

    func settle(at revision: Revision) { self.settled.withLock { $0 = revision } }

    /// Does the faults of a round, each at its time, and ends when all are mended.
    func perform(_ round: FaultRound) async throws {
        let start = self.clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for planned in round.faults {
                group.addTask {
                    try await Task.sleep(for: .milliseconds(planned.start))
                    try await self.perform(planned)
                }
            }
            try await group.waitForAll()
        }
        for node in self.cluster.nodes { try await self.cluster.isReady(node) }
        // What everything was done to held everything up until all were ready again.
        if round.faults.contains(where: { $0.fault.victims == [.everything] }) {
            self.noted.withLock { $0.standstill(start...self.clock.now + Self.recovery) }
        }
    }

    private func perform(_ planned: PlannedFault) async throws {
        let start = self.clock.now
        self.done.withLock { $0[planned.fault.name, default: 0] += 1 }
        let duration = Duration.milliseconds(planned.duration)
        switch planned.fault {
        case .killNode(let number):
            self.cluster.nodes[number].kill()
            try await Task.sleep(for: duration)
            try self.cluster.nodes[number].start()
        case .freezeNode(let number):
            self.cluster.nodes[number].freeze()
            try await Task.sleep(for: duration)
            self.cluster.nodes[number].thaw()
        case .killMember(let number): try await self.stop(self.cluster.etcd.members[number], for: duration)
        case .freezeMember(let number): try await self.freeze(self.cluster.etcd.members[number], for: duration)
        case .killLeader: try await self.stop(self.leader(), for: duration)
        case .freezeLeader: try await self.freeze(self.leader(), for: duration)
        case .cut(let node, let member, let way): try await self.cut(node, member, way, for: duration)
        case .delay(let node, let milliseconds):
            for link in self.cluster.links(of: node) { link.delay(.milliseconds(milliseconds)) }
            try await Task.sleep(for: duration)
            for link in self.cluster.links(of: node) { link.heal() }
        case .restartAll: try await self.restartAll(after: duration)
        case .restore(let decision): try await self.replace(decision, keepingSnapshot: true, for: duration)
        case .empty: try await self.replace(.reseed, keepingSnapshot: false, for: duration)
        case .fill: try await self.fill(for: duration)
        }
        self.note(planned.fault, from: start)
    }

    private func note(_ fault: Fault, from start: Int64) {
        let end = self.clock.now
        self.noted.withLock { noted in
            switch fault {
            case .killNode(let node):
                noted.stuck(node, start...end + Self.recovery)
                noted.stuck(node + self.cluster.nodes.count, start...end + Self.membership)
            case .cut(let node, _, _), .delay(let node, _): noted.stuck(node, start...end + Self.recovery)
            // A beat that a frozen node was sent is taken when it wakes up.
            case .freezeNode(let node):
                noted.stuck(node, start...end + Self.recovery)
                noted.standstill(start...end)
            case .restartAll:
                noted.standstill(start...end + Self.recovery)
                for node in self.cluster.nodes.indices {
                    noted.stuck(node + self.cluster.nodes.count, start...end + Self.membership)
                }
            case .killMember, .freezeMember, .killLeader, .freezeLeader, .restore, .empty, .fill:
                noted.standstill(start...end + Self.recovery)
            }
        }
    }

    private func leader() async throws -> EtcdServer {
        var place: Int?
        try await eventually("etcd has a leader", within: LiveCluster.patience) {
            place = await self.cluster.etcd.leader()
            return place != nil
        }
        return self.cluster.etcd.members[place ?? 0]
    }

    private func stop(_ member: EtcdServer, for duration: Duration) async throws {
        member.stop()
        try await Task.sleep(for: duration)
        try member.start()
    }

    private func freeze(_ member: EtcdServer, for duration: Duration) async throws {
        member.freeze()
        try await Task.sleep(for: duration)
        member.thaw()
    }

    private func cut(_ node: Int, _ member: Int?, _ way: Fault.Way, for duration: Duration) async throws {
        let all = self.cluster.links(of: node)
        let links = member.map { [all[$0]] } ?? all
        for link in links {
            switch way {
            case .none: link.pass([])
            case .toEtcd: link.pass(.toServer)
            case .toNode: link.pass(.toClient)
            }
        }
        try await Task.sleep(for: duration)
        for link in links { link.heal() }
    }

    private func restartAll(after duration: Duration) async throws {
        for node in self.cluster.nodes { node.kill() }
        self.cluster.etcd.stop()
        try await Task.sleep(for: duration)
        // Nodes first: they find nothing to start from, and have to wait for it.
        for node in self.cluster.nodes { try node.start() }
        try self.cluster.etcd.launch()
        try await self.isHealthy()
    }

    func isHealthy() async throws {
        try await eventually("etcd is healthy: \(self.cluster.etcd.logs)", within: LiveCluster.patience) {
            await self.cluster.etcd.isHealthy
        }
    }
}

extension Fault {
    /// Its kind, whatever it is done to.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}
