import AsyncHTTPClient
import NIOCore
import NIOHTTP1
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
    var overridden: InstanceKey { self.fleet.keys(of: 0)[0] }

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
            try await self.override()
            try await self.disturb(for: duration)
            try await self.allAreUp()
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
        if action == .revive, count % 4 == 0 { try await self.registerAgain(process) }
        if action != .slow { self.become(action == .revive ? .well : .ill, keys) }
    }

    private func become(_ state: TargetTruth.State, _ keys: [InstanceKey]) {
        self.state.withLock { $0.truth.become(state, keys, at: .now) }
    }

    // MARK: P8 and P10

    private func override() async throws {
        let key = self.overridden
        var request = HTTPClientRequest(
            url: self.server.url("/v1/services/\(key.service.name)/instances/\(key.id)/override"))
        request.method = .PUT
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: "{\"status\":\"OUT_OF_SERVICE\",\"reason\":\"a test\"}"))
        let response = try await self.http.execute(request, timeout: .seconds(60))
        try #require(response.status == .ok)
    }

    /// A new process takes the place of the old one, which then can do nothing any more.
    private func registerAgain(_ process: Int) async throws {
        let old = self.state.withLock { state in
            let old = state.incarnations[process, default: 1]
            state.incarnations[process] = old + 1
            return old
        }
        for registration in self.fleet.registrations(of: process, incarnation: old + 1) {
            _ = try await self.client.register(registration)
        }
        for registration in self.fleet.registrations(of: process, incarnation: old) {
            do {
                _ = try await self.client.register(registration)
                Issue.record("P10: \(registration.key) was registered by incarnation \(old)")
            } catch {
                #expect(error.problem?.code == "stale_incarnation", "P10: \(error)")
            }
            let beat = InstanceReference(key: registration.key, incarnation: old)
            let answer = try await self.client.heartbeat([beat])
            #expect(answer.value.stale == [beat], "P10: a beat of incarnation \(old)")
            self.state.withLock { $0.refusals += 1 }
        }
    }

    // MARK: Afterwards

    /// What is DOWN was found so by a probe, or was silent; nothing else happened here.
    private func everyChangeHasItsCause() async throws {
        var cursor: String?
        var downs = 0
        repeat {
            let page = try await self.client.history(HistoryQuery(), limit: 1_000, cursor: cursor).value
            for record in page.elements where record.health == .down && !record.instance.isEmpty {
                downs += 1
                let isProbed = record.service != BeatingInstances.service
                let causes = isProbed ? ["probe", "override", "register"] : ["expire"]
                #expect(causes.contains(record.cause), "P7: \(record)")
            }
            cursor = page.nextCursor
        } while cursor != nil
        #expect(downs > 0)
    }
}
