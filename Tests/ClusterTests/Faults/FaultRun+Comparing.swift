import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization

extension FaultRun {
    // MARK: What the nodes show

    /// Waits until every node reads what any has acknowledged.
    func allServe() async throws {
        try await self.eventually("all nodes serve") {
            for node in self.cluster.nodes.indices {
                do {
                    _ = try await self.nodes[node].services(limit: 1)
                    let service = OperationLog.services[0]
                    let answer = try await self.nodes[node].discover(service, .everything, consistent: true)
                    guard answer.source == "live" else { return "node \(node) answers from its \(answer.source)" }
                } catch let error as RollcallClientError where !error.isNotFound {
                    return "node \(node): \(error)"
                } catch {}
            }
            return nil
        }
    }

    /// P9: waits until all nodes show the same, and have the same hash.
    func allAgree() async throws { try await self.eventually("all nodes agree") { try await self.difference() } }

    /// - Parameter what: says what is still wrong; nil: nothing.
    private func eventually(_ goal: String, _ what: () async throws -> String?) async throws {
        let last = Mutex("")
        do {
            try await RegistryTestKit.eventually(goal, within: LiveCluster.patience) {
                do {
                    guard let fault = try await what() else { return true }
                    last.withLock { $0 = fault }
                } catch {
                    last.withLock { $0 = "\(error)" }
                }
                return false
            }
        } catch {
            self.report("P9: it does not come about that \(goal): \(last.withLock { $0 })")
            throw error
        }
    }

    private func difference() async throws -> String? {
        var first: [ServiceKey: WatchChecker.View] = [:]
        var hashes: Set<String?> = []
        for node in self.cluster.nodes {
            let views = try await self.views(of: node)
            if node.number == 0 { first = views }
            let other = Set(first.keys).union(views.keys).filter { first[$0] != views[$0] }
            if !other.isEmpty { return "\(node.name) shows other instances of \(other) than node 0" }
            let cluster = try await self.nodes[node.number].cluster().value
            self.state.withLock { $0.hashes.take(cluster.members) }
            guard cluster.source == "live", !cluster.isCutOff, cluster.store.obstacle == nil else {
                return "\(node.name) answers from its \(cluster.source), cut off: \(cluster.isCutOff), "
                    + "store: \(cluster.store)"
            }
            // One that was killed is a member for as long as its lease.
            guard cluster.members.count == self.cluster.nodes.count else {
                return "\(node.name) knows \(cluster.members)"
            }
            hashes.formUnion(cluster.members.map(\.hash))
        }
        return hashes.count == 1 && !hashes.contains(nil) ? nil : "the hashes are \(hashes)"
    }

    /// Every service as a node shows it.
    func views(of node: RollcallNode) async throws -> [ServiceKey: WatchChecker.View] {
        var views: [ServiceKey: WatchChecker.View] = [:]
        let client = self.nodes[node.number]
        for service in try await client.services(limit: 1_000).value.elements.map(\.service.key) {
            views[service] = WatchChecker.View(try await client.discover(service, .everything).value)
        }
        return views
    }

    // MARK: What is judged

    /// After a round, while nobody registers, updates or deregisters.
    func compare(_ round: FaultRound) async throws {
        try await self.allAgree()
        for node in self.cluster.nodes where !node.isAlive {
            self.report("\(node.name) has ended by itself")
        }
        let generation = self.log.generation
        for service in OperationLog.services {
            for node in self.cluster.nodes.indices {
                // Once more, since a node may reconnect just then.
                var isRead = await self.callers[0].read(service, generation..<generation + 1, node)
                if !isRead { isRead = await self.callers[0].read(service, generation..<generation + 1, node) }
                if !isRead { self.report("P6: node \(node) does not read \(service) consistently, though all is well") }
            }
        }
        self.log.nextGeneration()
        let first = round.losesWrites ? generation - 1 : generation
        for violation in self.log.judge(first..<generation + 1) { self.report(violation) }
        let moment = self.clock.now
        try await self.takeExpiries()
        for violation in self.fleet.judge(self.disturbances, before: moment) { self.report(violation) }
        self.fleet.mayBeUnknown(false)
    }

    private func takeExpiries() async throws {
        let records = try await self.history().filter { $0.cause == "expire" }
        let new = self.state.withLock { state in
            let new = records.filter { !state.expiries.contains($0) }
            state.expiries.formUnion(new)
            return new
        }
        self.fleet.take(new)
    }

    func history() async throws -> [HistoryRecord] {
        var records: [HistoryRecord] = []
        var cursor: String?
        repeat {
            let page = try await self.nodes[0].history(HistoryQuery(order: .ascending), limit: 1_000, cursor: cursor)
                .value
            records += page.elements
            cursor = page.nextCursor
        } while cursor != nil
        return records
    }

    /// At the end: what was written before is still there, every watcher catches up, and the whole history is compared with what was told.
    func finish() async throws {
        try await self.allAgree()
        let generations = 0..<self.log.generation
        for service in OperationLog.services {
            for generation in generations where !self.log.isGivenUp(generation) {
                await self.callers[0].read(service, generation..<generation + 1, 0)
            }
        }
        for violation in self.log.judge(generations) { self.report(violation) }
        // What beat has fallen silent by now, and may still expire.
        try await RegistryTestKit.eventually("what has fallen silent is DOWN", within: .seconds(30)) {
            try await self.nodes[0].discover(BeatingFleet.service, .everything).value.services.first?.instances?
                .allSatisfy { $0.health.state == .down } ?? true
        }
        try await self.takeExpiries()
        for violation in self.fleet.judgeLastSilences(self.disturbances) { self.report(violation) }
        try await self.allAgree()
        let views = try await self.views(of: self.cluster.nodes[0])
        let history = try await self.history()
        let start = self.driver.settledAt
        let newest = RecordedCommit.newestTold(RecordedCommit.all(history.filter { $0.revision >= start }))
        for (number, watcher) in self.watchers.enumerated() {
            await self.catchUp(
                watcher, on: self.cluster.nodes[number % self.cluster.nodes.count], views, newest: newest)
        }
        for watcher in self.watchers { watcher.finish(views, history, since: start) }
    }

    private func catchUp(
        _ watcher: ClusterWatcher, on node: RollcallNode, _ views: [ServiceKey: WatchChecker.View],
        newest: [ServiceKey: Revision]
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.watch(node, self.http, for: LiveCluster.patience) }
            let missing = Mutex("")
            do {
                try await RegistryTestKit.eventually("\(watcher.name) has caught up", within: .seconds(20)) {
                    let lacking = watcher.lacking(views, newest: newest)
                    missing.withLock { $0 = lacking.map { "\($0)" }.joined(separator: ", ") }
                    return lacking.isEmpty
                }
            } catch {
                self.report("P3: \(watcher.name) does not catch up with \(missing.withLock { $0 }) on \(node.name)")
            }
            group.cancelAll()
        }
    }
}
