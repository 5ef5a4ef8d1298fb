import AsyncHTTPClient
import Foundation
import RegistryTestKit
import RollcallClient
import Synchronization
import Testing

/// 200 targets that are killed, frozen, slowed and revived, a server that probes them, and what is seen of that from outside.
final class TargetRun: Sendable {
    struct State {
        var truth = TargetTruth()
        var checker: TargetChecker
        var beats: BeatingInstances
        var incarnations: [Int: Int64] = [:]
        var done: [TargetAction: Int] = [:]
        var refusals = 0
        var longestLag = Duration.zero
    }

    let fleet: TargetFleet
    let client: RollcallClient
    let http: HTTPClient
    let server: LiveServer
    let view = WatchView()
    private let seed: UInt64
    let state: Mutex<State>

    /// One target that an operator has taken out, whatever its owner says and its checks find.
    var overridden: InstanceKey { self.fleet.overridden }

    init(fleet: TargetFleet, client: RollcallClient, http: HTTPClient, server: LiveServer, seed: UInt64) {
        self.fleet = fleet
        self.client = client
        self.http = http
        self.server = server
        self.seed = seed
        let bound = NoticeBound(
            interval: TargetFleet.interval.duration, timeout: TargetFleet.timeout.duration,
            failures: TargetFleet.failures, margin: .seconds(2))
        self.state = Mutex(
            State(checker: TargetChecker(bound: bound), beats: BeatingInstances(seed: seed, at: .now)))
    }

    // MARK: The run

    func run(for duration: Duration) async throws {
        try await self.register()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.watch() }
            group.addTask { try await self.beat() }
            group.addTask { try await self.look() }
            try await self.allAreUp()
            try await self.fleet.override(self.client)
            try await self.fleet.overrideHolds(self.client, incarnation: self.replacedIncarnation(of: 0) + 1)
            try await self.disturb(for: duration)
            try await self.allAreUp()
            try await self.fleet.overrideHolds(self.client, incarnation: self.replacedIncarnation(of: 0) + 1)
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
            } catch let error as RollcallClientError where error.code == .cancelled {
            }
        }
        try await self.everyChangeHasItsCause()
    }

    private func register() async throws {
        let all = TargetFleet.layout.indices.flatMap { self.fleet.registrations(of: $0, incarnation: 1) }
        let answer = try await self.client.registerMany(all + BeatingInstances.registrations)
        try #require(answer.value.results.count == all.count + BeatingInstances.count)
        let now = ContinuousClock.now
        self.state.withLock { state in
            for process in TargetFleet.layout.indices {
                state.incarnations[process] = 1
                state.truth.become(.well, self.fleet.keys(of: process), at: now)
            }
        }
    }

    private func allAreUp() async throws {
        try await eventually("all targets are UP") {
            for number in 0..<TargetFleet.services {
                let instances = try await self.instances(of: TargetFleet.service(number))
                guard instances.count == 10, instances.allSatisfy({ $0.health.state == .up }) else { return false }
            }
            return true
        }
    }

    private func disturb(for duration: Duration) async throws {
        var plan = TargetPlan(processes: TargetFleet.layout.map { ($0.kind, $0.services) }, seed: self.seed)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < duration {
            let now = Int((ContinuousClock.now - start) / .milliseconds(1))
            for (process, action) in plan.next(at: now) { try await self.perform(action, on: process) }
            try await Task.sleep(for: .milliseconds(150))
        }
        for (process, action) in plan.reviveAll() { try await self.perform(action, on: process) }
    }

    private func perform(_ action: TargetAction, on process: Int) async throws {
        let keys = self.fleet.keys(of: process)
        if action != .slow { self.become(.changing, keys) }
        try await self.fleet.perform(action, on: process)
        let count = self.state.withLock { state in
            state.done[action, default: 0] += 1
            return state.done[action, default: 0]
        }
        if action == .revive, count % 4 == 0 {
            let old = self.replacedIncarnation(of: process)
            let refusals = try await self.fleet.registerAgain(process, old, self.client)
            self.state.withLock { $0.refusals += refusals }
        }
        if action != .slow { self.become(action == .revive ? .well : .ill, keys) }
    }

    /// - Returns: the incarnation that a process had; it has the next one from now on.
    private func replacedIncarnation(of process: Int) -> Int64 {
        self.state.withLock { state in
            let old = state.incarnations[process, default: 1]
            state.incarnations[process] = old + 1
            return old
        }
    }

    private func become(_ state: TargetTruth.State, _ keys: [InstanceKey]) {
        self.state.withLock { $0.truth.become(state, keys, at: .now) }
    }

    // MARK: Afterwards

    /// What is DOWN was found so by a probe, while it was not well, or was silent; nothing else happened here.
    private func everyChangeHasItsCause() async throws {
        let clocks = (steady: ContinuousClock.now, wall: Date())
        var cursor: String?
        var downs = 0
        repeat {
            let page = try await self.client.history(HistoryQuery(), limit: 1_000, cursor: cursor).value
            for record in page.elements where record.health == .down && !record.instance.isEmpty {
                downs += 1
                let isProbed = record.service != BeatingInstances.service
                let causes = isProbed ? ["probe", "override", "register"] : ["expire"]
                #expect(causes.contains(record.cause), "P7: \(record)")
                guard record.cause == "probe" else { continue }
                let age = clocks.wall.timeIntervalSince1970 - Double(record.time.milliseconds) / 1_000
                let key = InstanceKey(service: record.service, id: record.instance)
                self.state.withLock { state in
                    state.checker.lost(
                        key, at: clocks.steady - .seconds(age), "was found DOWN: \(record.detail)", state.truth)
                }
            }
            cursor = page.nextCursor
        } while cursor != nil
        #expect(downs > 0)
    }
}
