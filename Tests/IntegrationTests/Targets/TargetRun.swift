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

    private let fleet: TargetFleet
    private let client: RollcallClient
    private let http: HTTPClient
    private let server: LiveServer
    private let view = WatchView()
    private let seed: UInt64
    let state: Mutex<State>

    /// One target that an operator has taken out, whatever its owner says and its checks find.
    private var overridden: InstanceKey { self.fleet.keys(of: 0)[0] }

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

    // MARK: Looking

    private func instances(of service: ServiceKey, _ query: InstanceQuery = .everything) async throws -> [Instance] {
        try await self.client.discover(service, query).value.services.first?.instances ?? []
    }

    private func watch() async throws {
        try await Subscriber { self.view.take($0) }.watch(self.server.url("/v1/watch?service=*"), self.http)
    }

    private func look() async throws {
        while !Task.isCancelled {
            let lag = try await self.fleet.lag()
            self.state.withLock { state in
                state.longestLag = max(state.longestLag, lag)
                state.checker.stalled(for: lag, at: .now)
            }
            let start = ContinuousClock.now
            for number in 0..<TargetFleet.services { try await self.look(at: TargetFleet.service(number)) }
            try await self.lookAtBeats()
            // A machine that takes long for this takes long for everything.
            self.state.withLock { $0.checker.stalled(for: (ContinuousClock.now - start) / 4, at: start) }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private func look(at service: ServiceKey) async throws {
        let asked = ContinuousClock.now
        let all = try await self.instances(of: service)
        let answered = ContinuousClock.now
        let available = try await self.instances(of: service, .available)
        let watched = self.view.instances(of: service)
        let now = ContinuousClock.now
        self.state.withLock { state in
            for instance in all {
                let key = InstanceKey(service: service, id: instance.id)
                state.checker.see(
                    TargetSight(key: key, health: instance.health.state, asked: asked, answered: answered), state.truth)
                guard let watched, key != self.overridden else { continue }
                let health: HealthState = watched.contains(instance.id) ? .up : .down
                state.checker.see(TargetSight(key: key, health: health, asked: now, answered: now), state.truth)
            }
            let keys = available.map { InstanceKey(service: service, id: $0.id) }
            state.checker.see(available: keys, of: service, hasBeenFull: !state.done.isEmpty)
        }
        let isOut = self.state.withLock { !$0.done.isEmpty }
        if isOut, service == self.overridden.service {
            #expect(!available.contains { $0.id == self.overridden.id }, "P8: an override was forgotten")
            #expect(watched?.contains(self.overridden.id) != true, "P8: an override was forgotten by a watch")
        }
    }

    // MARK: Heartbeats

    private func beat() async throws {
        while !Task.isCancelled {
            let keys = self.state.withLock { $0.beats.begin(at: .now) }
            let sent = ContinuousClock.now
            let answer = try await self.client.heartbeat(keys.map { InstanceReference(key: $0) })
            let isAcknowledged = answer.value.renewed == keys.count
            self.state.withLock { $0.beats.end(keys, sent: sent, at: .now, isAcknowledged: isAcknowledged) }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func lookAtBeats() async throws {
        let asked = ContinuousClock.now
        let all = try await self.instances(of: BeatingInstances.service)
        let answered = ContinuousClock.now
        self.state.withLock { state in
            for instance in all {
                let key = InstanceKey(service: BeatingInstances.service, id: instance.id)
                state.beats.see(
                    TargetSight(key: key, health: instance.health.state, asked: asked, answered: answered))
            }
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
