import RollcallClient
import Synchronization
import Testing

/// One client that writes as fast as it can, and remembers what it was told. Nobody else touches its instances.
final class Writer: Sendable {
    /// A write that was acknowledged.
    struct Acknowledgement: Sendable {
        let instance: String
        let revision: Revision
        let cause: String
        /// What it left on the roll; nil: nothing.
        let weight: UInt16?
    }

    private struct State {
        var acknowledged: [Acknowledgement] = []
        /// The last acknowledgement for each instance.
        var latest: [String: Acknowledgement] = [:]
        /// What was asked for and not answered, by instance.
        var open: [String: UInt16?] = [:]
        /// Of the last write; a weight tells writes apart.
        var weight: UInt16 = 0
    }

    private static let single = 8
    private static let batch = 8

    let name: String
    let service: ServiceKey
    private let state = Mutex(State())

    var acknowledged: [Acknowledgement] { self.state.withLock { $0.acknowledged } }

    init(_ number: Int, service: ServiceKey) {
        self.name = "writer-\(number)"
        self.service = service
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

    private func step(_ client: RollcallClient) async throws(RollcallClientError) {
        let roll = Int.random(in: 0..<8)
        guard roll > 1 else { return try await roll == 0 ? self.registerMany(client) : self.deregisterMany(client) }
        let id = "\(self.name)-\(Int.random(in: 0..<Self.single))"
        switch (self.isPresent(id), roll) {
        case (true, 2): try await self.deregister(id, client)
        case (true, 3...4): try await self.update(id, client)
        default: try await self.register(id, client)
        }
    }

    // MARK: The writes

    private func register(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) {
        let weight = self.begin([id])
        let answer = try await client.register(self.registration(id, weight))
        self.end(id, answer.value.revision, "register", weight)
    }

    private func update(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) {
        let weight = self.begin([id])
        var patch = InstancePatch()
        patch.weight = weight
        let answer = try await client.update(InstanceKey(service: self.service, id: id), patch)
        self.end(id, answer.value.revision, "update", weight)
    }

    private func deregister(_ id: String, _ client: RollcallClient) async throws(RollcallClientError) {
        self.begin(removing: [id])
        let revision = try await client.deregister(InstanceKey(service: self.service, id: id))
        self.end(id, revision ?? .zero, "deregister", nil)
    }

    private func registerMany(_ client: RollcallClient) async throws(RollcallClientError) {
        let ids = self.batchIDs
        let weight = self.begin(ids)
        let answer = try await client.registerMany(ids.map { self.registration($0, weight) })
        self.end(ids, answer.value.results, "register", weight)
    }

    private func deregisterMany(_ client: RollcallClient) async throws(RollcallClientError) {
        let ids = self.batchIDs.filter { self.isPresent($0) }
        guard !ids.isEmpty else { return }
        self.begin(removing: ids)
        let references = ids.map { InstanceReference(key: InstanceKey(service: self.service, id: $0)) }
        let answer = try await client.deregisterMany(references)
        self.end(ids, answer.value.results, "deregister", nil)
    }

    private var batchIDs: [String] { (0..<Self.batch).map { "\(self.name)-batch-\($0)" } }

    private func registration(_ id: String, _ weight: UInt16) -> Registration {
        Registration(
            service: self.service, instanceID: id,
            spec: InstanceSpec(host: "127.0.0.1", port: 1, weight: weight, ttl: .never))
    }

    // MARK: Remembering

    private func isPresent(_ id: String) -> Bool { self.state.withLock { $0.latest[id]?.weight != nil } }

    /// Returns the weight by which this write is known.
    private func begin(_ ids: [String]) -> UInt16 {
        self.state.withLock { state in
            state.weight += 1
            for id in ids { state.open[id] = .some(state.weight) }
            return state.weight
        }
    }

    private func begin(removing ids: [String]) {
        self.state.withLock { state in
            for id in ids { state.open[id] = .some(nil) }
        }
    }

    private func end(_ ids: [String], _ results: [BatchItem], _ cause: String, _ weight: UInt16?) {
        #expect(results.count == ids.count)
        for (id, result) in zip(ids, results) {
            guard case .done(_, let key, let revision) = result else {
                // The server is going; what it refuses it has not done, or says that it cannot tell.
                if case .failed(let problem) = result { #expect(problem.status == 503) }
                continue
            }
            #expect(key.id == id)
            self.end(id, revision, cause, weight)
        }
    }

    private func end(_ id: String, _ revision: Revision, _ cause: String, _ weight: UInt16?) {
        let last = self.state.withLock { state in
            let last = state.latest[id]?.revision ?? .zero
            let acknowledgement = Acknowledgement(instance: id, revision: revision, cause: cause, weight: weight)
            state.acknowledged.append(acknowledgement)
            state.latest[id] = acknowledgement
            state.open[id] = nil
            return last
        }
        #expect(revision > last, "a later write of the same instance has a later revision")
    }

    // MARK: Comparing

    /// Compares what is there after a restart with what was acknowledged, and goes on from there.
    func check(_ present: [String: Instance]) {
        self.state.withLock { state in
            let ids = Set(state.latest.keys).union(state.open.keys)
            for id in ids {
                let (found, told) = (present[id], state.latest[id])
                if found?.spec.weight == told?.weight, found == nil || found?.revision == told?.revision { continue }
                // A write that nobody heard of again may have been made.
                let isOpenWrite = state.open[id].map { $0 == found?.spec.weight } ?? false
                #expect(isOpenWrite, "\(id): told \(String(describing: told)), found \(String(describing: found))")
                #expect(found.map { $0.revision > (told?.revision ?? .zero) } ?? true)
                // From here on it counts as known; the history is not asked for what nobody was told.
                state.latest[id] = Acknowledgement(
                    instance: id, revision: found?.revision ?? told?.revision ?? .zero, cause: "",
                    weight: found?.spec.weight)
            }
            state.open = [:]
        }
    }
}
