import RegistryTestKit
import RollcallClient
import Synchronization

/// One client that writes and reads on any node, and records each call with its times and its outcome. Others do the same to the same
/// instances. A call that fails goes to another node next time.
final class Caller: Sendable {
    private struct State {
        var random: SeededGenerator
        var node: Int
        var isTurnedAway = false
    }

    private let name: String
    private let nodes: NodeClients
    private let log: OperationLog
    private let clock: RunClock
    private let state: Mutex<State>

    init(_ number: Int, _ nodes: NodeClients, _ log: OperationLog, _ clock: RunClock, seed: UInt64) {
        self.name = "caller \(number)"
        self.nodes = nodes
        self.log = log
        self.clock = clock
        self.state = Mutex(State(random: SeededGenerator(seed: seed &+ UInt64(number)), node: number))
    }

    private func random(_ range: Range<Int>) -> Int { self.state.withLock { .random(in: range, using: &$0.random) } }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if self.random(0..<4) == 0 { await self.read() } else { await self.write() }
            // So that several calls on one instance are under way now and then, and not always. What is away is not asked all the time.
            let isTurnedAway = self.state.withLock { state in
                defer { state.isTurnedAway = false }
                return state.isTurnedAway
            }
            try? await Task.sleep(for: .milliseconds(self.random(isTurnedAway ? 100..<300 : 5..<60)))
        }
    }

    // MARK: Writing

    private func write() async {
        let keys = OperationLog.keys(of: self.log.generation)
        let key = keys[self.random(0..<keys.count)]
        let node = self.state.withLock { $0.node }
        switch self.random(0..<10) {
        case 0...3: await self.register(key, node)
        case 4...5: await self.update(key, node)
        case 6...7:
            await self.perform(.deregister, key, node) { client throws(RollcallClientError) in
                .doneBy(try await client.deregister(key) ?? .zero)
            }
        case 8: await self.override(key, node)
        default:
            await self.perform(.lift, key, node) { client throws(RollcallClientError) in
                .doneBy(try await client.liftOverride(OverrideKey(key)) ?? .zero)
            }
        }
    }

    private func register(_ key: InstanceKey, _ node: Int) async {
        let weight = self.log.nextValue()
        let registration = Registration(
            service: key.service, instanceID: key.id,
            spec: InstanceSpec(host: "127.0.0.1", port: 1, weight: weight, ttl: .never))
        await self.perform(.register(weight), key, node) { client throws(RollcallClientError) in
            let answer = try await client.register(registration)
            return .done(answer.value.revision, created: answer.status == 201)
        }
    }

    private func update(_ key: InstanceKey, _ node: Int) async {
        var patch = InstancePatch()
        let weight = self.log.nextValue()
        patch.weight = weight
        await self.perform(.update(weight), key, node) { [patch] client throws(RollcallClientError) in
            .done(try await client.update(key, patch).value.revision, created: nil)
        }
    }

    private func override(_ key: InstanceKey, _ node: Int) async {
        let weight = self.log.nextValue()
        await self.perform(.override(weight), key, node) { client throws(RollcallClientError) in
            let override = try await client.override(OverrideKey(key), OverrideRequest(weight: weight)).value.override
            // The answer shows what holds by then, which may be another's decision already.
            return override.weight == weight
                ? .done(override.revision, created: nil) : .doneBy(override.revision)
        }
    }

    private func perform(
        _ call: InstanceModel.Call, _ key: InstanceKey, _ node: Int,
        _ body: (RollcallClient) async throws(RollcallClientError) -> InstanceModel.Answer
    ) async {
        let invoked = self.clock.now
        var answer = InstanceModel.Answer.unknown
        do throws(RollcallClientError) {
            answer = try await body(self.nodes[node])
        } catch {
            switch error.outcome {
            case .notFound: answer = .notFound
            case .unknown: if error.problem?.status != 409 { self.turnAway(from: node) }
            case .notDone: return self.turnAway(from: node)
            case .fault: return self.log.report("\(self.name): \(call) of \(key): \(error)")
            }
        }
        self.log.record(
            Operation(call, answer, from: invoked, to: self.clock.now, by: "\(self.name) at \(node)"), on: key)
        if case .done(let revision, _) = answer {
            self.log.raise(key.service, to: revision)
            await self.readBack(key.service, revision, node)
        }
    }

    // MARK: Reading

    /// P6: who reads where it wrote finds what it wrote.
    private func readBack(_ service: ServiceKey, _ revision: Revision, _ node: Int) async {
        guard self.random(0..<4) == 0, let answer = try? await self.nodes[node].discover(service, .everything) else {
            return
        }
        if answer.value.revision < revision, answer.source == "live" {
            self.log.report(
                "P6: \(service) is at \(answer.value.revision) on node \(node), right after a write at \(revision)")
        }
    }

    /// What any node has acknowledged, on any node.
    func read() async {
        let service = OperationLog.services[self.random(0..<OperationLog.services.count)]
        let node = self.state.withLock { $0.node }
        await self.read(service, self.log.generation..<self.log.generation + 1, node)
    }

    /// Reads the instances of some generations consistently.
    @discardableResult
    func read(_ service: ServiceKey, _ generations: Range<Int>, _ node: Int) async -> Bool {
        let floor = self.log.floor(of: service)
        let invoked = self.clock.now
        var found: [Instance] = []
        do throws(RollcallClientError) {
            let answer = try await self.nodes[node].discover(service, .everything, consistent: true).value
            found = answer.services.first?.instances ?? []
            if answer.revision < floor {
                self.log.report("P2: \(service) is at \(answer.revision), and was at \(floor) before")
            }
            self.log.raise(service, to: answer.revision)
        } catch {
            guard error.isNotFound else {
                self.turnAway(from: node)
                return false
            }
        }
        let (responded, by) = (self.clock.now, "\(self.name) at \(node)")
        let instances = Dictionary(found.map { ($0.id, $0) }) { $1 }
        for key in generations.flatMap({ OperationLog.keys(of: $0) }) where key.service == service {
            let instance = instances[key.id]
            let answer = InstanceModel.Answer.found(
                weight: instance?.spec.weight, override: instance?.overrides?.instance?.weight)
            self.log.record(Operation(.read, answer, from: invoked, to: responded, by: by), on: key)
        }
        return true
    }

    private func turnAway(from node: Int) {
        self.state.withLock { state in
            state.isTurnedAway = true
            let others = (0..<self.nodes.count).filter { $0 != node % self.nodes.count }
            state.node = others[Int.random(in: 0..<others.count, using: &state.random)]
        }
    }
}
