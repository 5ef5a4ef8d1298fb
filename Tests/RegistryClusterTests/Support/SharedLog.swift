import RegistryCatalog
import RegistryModel
import Synchronization

@testable import RegistryCluster

/// What the nodes of a test share: whatever is put comes out at each of them, in one order, before `put` returns.
final class SharedLog: Sendable {
    private struct State {
        var revision = Revision(1)
        var position: Int64 = 0
        var nodes: [ClusterNode] = []
        var members: [Member] = []
        var digests: [Digest] = []
        /// Of nodes that have gone wrong.
        var hashes: [UInt64: StateHash] = [:]
        var failure: StoreError?
        var isHolding = false
        var held: [ClusterEvent] = []
    }

    private let state = Mutex(State())

    func attach(_ node: ClusterNode) { self.state.withLock { $0.nodes.append(node) } }

    // MARK: What tests ask for

    /// Every digest that was put.
    var digests: [Digest] { self.state.withLock { $0.digests } }

    var members: [Member] { self.state.withLock { $0.members } }

    /// While it is set nothing can be put.
    var failure: StoreError? {
        get { self.state.withLock { $0.failure } }
        set { self.state.withLock { $0.failure = newValue } }
    }

    /// What is put is kept, and comes out nowhere, until ``release()``.
    func hold() { self.state.withLock { $0.isHolding = true } }

    func release() {
        self.state.withLock { state in
            state.isHolding = false
            let held = state.held
            state.held = []
            Self.emit(held, &state)
        }
    }

    /// A commit: the next revision.
    func commit() {
        self.state.withLock { state in
            state.revision = Revision(state.revision.rawValue + 1)
            Self.emit([], &state)
        }
    }

    /// The state of a node is wrong from now on, until it reads everything anew.
    func spoil(_ id: UInt64, _ hash: StateHash) { self.state.withLock { $0.hashes[id] = hash } }

    /// As if somebody had said it whom no test runs.
    func say(_ digest: Digest) {
        self.state.withLock { state in
            state.position += 1
            Self.emit([.digest(digest, position: state.position)], &state)
        }
    }

    // MARK: What stores do

    func put(_ digest: Digest) throws(StoreError) {
        let failure: StoreError? = self.state.withLock { state in
            if let failure = state.failure { return failure }
            state.digests.append(digest)
            state.position += 1
            Self.emit([.digest(digest, position: state.position)], &state)
            return nil
        }
        if let failure { throw failure }
    }

    func join(_ member: Member) {
        self.state.withLock { state in
            state.position += 1
            var member = member
            member.epoch = state.position
            state.members.append(member)
            Self.emit([.joined(member)], &state)
        }
    }

    func leave(_ id: UInt64) {
        self.state.withLock { state in
            state.members.removeAll { $0.id == id }
            Self.emit([.left(id)], &state)
        }
    }

    /// Tells one node everything there is.
    func reload(_ id: UInt64) {
        self.state.withLock { state in
            state.hashes[id] = nil
            let events = [ClusterEvent.reloaded] + state.members.map { .joined($0) }
            for node in state.nodes where node.memberID == id { node.take(events, basis: Self.basis(of: id, state)) }
        }
    }

    private static func emit(_ events: [ClusterEvent], _ state: inout State) {
        guard !state.isHolding else {
            state.held += events
            return
        }
        for node in state.nodes {
            _ = node.mayMissBeats(in: events)
            node.take(events, basis: Self.basis(of: node.memberID, state))
        }
    }

    private static func basis(of id: UInt64, _ state: borrowing State) -> DigestBasis {
        let sound = Made.hash(UInt64(state.revision.rawValue))
        return DigestBasis(applied: state.revision, hash: state.hashes[id] ?? sound)
    }
}
