import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// One client that writes as fast as it can and remembers what it was told. Nobody else touches its instances.
final class CrashClient: Sendable {
    private struct State {
        var generator: SeededGenerator
        var records: [WriteRecord] = []
        /// What it believes to be on the roll, by what it was told last.
        var present: Set<String> = []
        /// Of the last write; a weight tells the writes of a client apart.
        var weight: UInt16 = 0
        var acknowledged = 0
        var reads = ReadChecker()
    }

    let service: ServiceKey
    private let name: String
    /// Instances that it writes one at a time, and those that it writes together.
    private let single: [String]
    private let together: [String]
    private let state: Mutex<State>

    /// - Parameter isAlone: it has a service to itself, with one instance: its last instance goes again and again.
    init(_ number: Int, service: ServiceKey, isAlone: Bool, seed: UInt64) {
        self.name = "client-\(number)"
        self.service = service
        self.single = (0..<(isAlone ? 1 : 3)).map { "client-\(number)-\($0)" }
        self.together = isAlone ? [] : (0..<5).map { "client-\(number)-batch-\($0)" }
        self.state = Mutex(State(generator: SeededGenerator(seed: seed &+ UInt64(number))))
    }

    var acknowledged: Int { self.state.withLock { $0.acknowledged } }
    var reads: ReadChecker { self.state.withLock { $0.reads } }

    /// What it wrote since this was asked last, in order.
    func takeRecords() -> [WriteRecord] {
        self.state.withLock { state in
            defer { state.records = [] }
            return state.records
        }
    }

    /// Writes until the server is gone. What was refused for any other reason is a failure of the test.
    func write(through client: RollcallClient) async {
        do {
            while true { try await self.step(client) }
        } catch {
            let isGone = error.code == .unreachable || error.problem?.status == 503
            #expect(isGone, "\(error)")
        }
    }

    private func random(_ range: Range<Int>) -> Int { self.state.withLock { .random(in: range, using: &$0.generator) } }

    /// Writes, and now and then reads right after the answer.
    private func step(_ client: RollcallClient) async throws(RollcallClientError) {
        let writes = try await self.writeOnce(client)
        guard self.random(0..<10) == 0, writes.contains(where: { $0.outcome.revision != nil }) else { return }
        let view = WatchChecker.View(try await client.discover(self.service, .everything).value)
        self.state.withLock { state in
            for write in writes { state.reads.find(view, after: write) }
        }
    }

    private func writeOnce(_ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        let roll = self.random(0..<10)
        if roll < 2, !self.together.isEmpty {
            return try await roll == 0 ? self.registerMany(client) : self.deregisterMany(client)
        }
        let id = self.single[self.random(0..<self.single.count)]
        let isPresent = self.state.withLock { $0.present.contains(id) }
        // At times it asks for what it has no reason to.
        switch (isPresent != (roll == 9), roll) {
        case (true, 0...4): return try await self.deregister(id, client)
        case (true, _): return try await self.update(id, client)
        case (false, _): return try await self.register(id, client)
        }
    }

    // MARK: The writes

    private func register(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        let weight = self.nextWeight()
        return try await self.record([id], "register", weight) { () throws(RollcallClientError) in
            let answer = try await client.register(self.registration(id, weight))
            return [.acknowledged(answer.value.revision)]
        }
    }

    private func update(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        let weight = self.nextWeight()
        var patch = InstancePatch()
        patch.weight = weight
        return try await self.record([id], "update", weight) { () throws(RollcallClientError) in
            [.acknowledged(try await client.update(self.key(id), patch).value.revision)]
        }
    }

    private func deregister(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        try await self.record([id], "deregister", nil) { () throws(RollcallClientError) in
            [.acknowledgedBy(try await client.deregister(self.key(id)) ?? .zero)]
        }
    }

    private func registerMany(_ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        let weight = self.nextWeight()
        return try await self.record(self.together, "register", weight) { () throws(RollcallClientError) in
            let registrations = self.together.map { self.registration($0, weight) }
            return try await client.registerMany(registrations).value.results.map { Self.outcome($0) }
        }
    }

    private func deregisterMany(_ client: RollcallClient) async throws(RollcallClientError) -> [WriteRecord] {
        try await self.record(self.together, "deregister", nil) { () throws(RollcallClientError) in
            let references = self.together.map { InstanceReference(key: self.key($0)) }
            return try await client.deregisterMany(references).value.results.map { Self.outcome($0) }
        }
    }

    private static func outcome(_ item: BatchItem) -> WriteRecord.Outcome {
        switch item {
        case .done(_, _, let revision): return .acknowledged(revision)
        case .failed(let problem):
            // The server is going: it says that it has not done it, or that it cannot tell.
            #expect(problem.status == 404 || problem.status == 503, "\(problem)")
            return problem.status == 404 ? .notFound : .unknown
        }
    }

    private func key(_ id: String) -> InstanceKey { InstanceKey(service: self.service, id: id) }

    private func registration(_ id: String, _ weight: UInt16) -> Registration {
        Registration(
            service: self.service, instanceID: id,
            spec: InstanceSpec(host: "127.0.0.1", port: 1, weight: weight, ttl: .never))
    }

    // MARK: Remembering

    private func nextWeight() -> UInt16 {
        self.state.withLock { state in
            // It wraps in a long soak; the write that had the same weight is long past by then.
            state.weight &+= 1
            return state.weight
        }
    }

    /// Remembers what became of one request, for each instance that it named.
    private func record(
        _ ids: [String], _ cause: String, _ weight: UInt16?,
        _ request: () async throws(RollcallClientError) -> [WriteRecord.Outcome]
    ) async throws(RollcallClientError) -> [WriteRecord] {
        do throws(RollcallClientError) {
            let outcomes = try await request()
            #expect(outcomes.count == ids.count)
            return self.remember(ids, cause, weight, outcomes)
        } catch  where error.problem?.status == 404 {
            return self.remember(ids, cause, weight, ids.map { _ in .notFound })
        } catch {
            _ = self.remember(ids, cause, weight, ids.map { _ in .unknown })
            throw error
        }
    }

    private func remember(
        _ ids: [String], _ cause: String, _ weight: UInt16?, _ outcomes: [WriteRecord.Outcome]
    ) -> [WriteRecord] {
        let writes = zip(ids, outcomes).map { id, outcome in
            WriteRecord(instance: self.key(id), cause: cause, weight: weight, outcome: outcome)
        }
        self.state.withLock { state in
            state.records += writes
            for (id, outcome) in zip(ids, outcomes) {
                if outcome.revision != nil { state.acknowledged += 1 }
                if outcome == .notFound || weight == nil { state.present.remove(id) } else { state.present.insert(id) }
            }
        }
        return writes
    }
}
