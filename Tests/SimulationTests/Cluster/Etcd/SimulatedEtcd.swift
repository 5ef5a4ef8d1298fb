import Foundation
import RegistryCatalog
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// An etcd as one that holds its contract shows itself, whichever of its members is asked: every call is done at one moment, and
/// what is read is the newest there is. Its disk and its members never fail; the ways to it do (``EtcdLink``).
final class SimulatedEtcd: Sendable {
    /// What it did in one revision.
    struct Commit: Sendable {
        let revision: Int64
        let events: [EtcdEvent]
    }

    struct Lease {
        let seconds: Int64
        /// Monotonic milliseconds.
        var end: Int64
    }

    struct Watcher {
        let range: KeyRange
        /// The next revision that it is told of.
        var next: Int64
        let tell: @Sendable (WatchNews) -> Void
    }

    struct State {
        var contents = EtcdContents()
        var leases: [Int64: Lease] = [:]
        var nextID: Int64 = 1_000
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var isFull = false
    }

    /// What a watch is told.
    enum WatchNews: Sendable {
        /// All of some revisions, in order.
        case events([Commit])
        /// What should come next is gone, for what was before this revision is.
        case compacted(Int64)
    }

    let clock: any RegistryClock
    let state: Mutex<State>
    /// Told of each revision at the moment at which it comes about.
    let witness: @Sendable (Commit) -> Void

    init(clock: any RegistryClock, witness: @escaping @Sendable (Commit) -> Void = { _ in }) {
        self.clock = clock
        self.witness = witness
        self.state = Mutex(State())
    }

    var revision: Int64 { self.state.withLock { $0.contents.revision } }
    var contents: EtcdContents { self.state.withLock { $0.contents } }

    /// Whether its quota is used up.
    var isFull: Bool {
        get { self.state.withLock { $0.isFull } }
        set { self.state.withLock { $0.isFull = newValue } }
    }

    /// Puts an earlier state in place of the present one, as restoring a snapshot does: leases and watches are gone.
    func restore(_ contents: EtcdContents) {
        let watchers = self.state.withLock { state in
            state.contents = contents
            state.leases = [:]
            defer { state.watchers = [:] }
            return state.watchers.sorted { $0.key < $1.key }.map(\.value)
        }
        // Their connections notice that something has happened.
        for watcher in watchers { watcher.tell(.events([])) }
    }

    // MARK: Keys

    func range(_ request: EtcdRangeRequest) throws(EtcdError) -> EtcdRangeResponse {
        try self.state.withLock { state throws(EtcdError) in try state.contents.range(request) }
    }

    func put(_ request: EtcdPutRequest) throws(EtcdError) -> EtcdPutResponse {
        var operation = EtcdRequestOp()
        operation.requestPut = request
        let done = try self.transaction(.when([], then: [operation]))
        var response = EtcdPutResponse()
        response.header = done.header
        return response
    }

    func deleteRange(_ request: EtcdDeleteRangeRequest) throws(EtcdError) -> EtcdDeleteRangeResponse {
        var operation = EtcdRequestOp()
        operation.requestDeleteRange = request
        let done = try self.transaction(.when([], then: [operation]))
        var response = done.responses.first?.responseDeleteRange ?? EtcdDeleteRangeResponse()
        response.header = done.header
        return response
    }

    func transaction(_ request: EtcdTxnRequest) throws(EtcdError) -> EtcdTxnResponse {
        let (response, commit) = try self.state.withLock { state throws(EtcdError) in
            if state.isFull, request.puts { throw EtcdError(.noSpace, "etcdserver: mvcc: database space exceeded") }
            for lease in request.leases where state.leases[lease] == nil {
                throw EtcdError(.leaseNotFound, "requested lease not found")
            }
            var contents = state.contents
            var response = try contents.transact(request)
            let commit = Self.close(&contents)
            state.contents = contents
            response.header = contents.header
            return (response, commit)
        }
        self.publish(commit)
        return response
    }

    static func close(_ contents: inout EtcdContents) -> Commit? {
        let events = contents.close()
        return events.isEmpty ? nil : Commit(revision: contents.revision, events: events)
    }

    func compact(_ request: EtcdCompactionRequest) throws(EtcdError) -> EtcdCompactionResponse {
        try self.state.withLock { state throws(EtcdError) in
            if request.revision > state.contents.revision {
                throw EtcdError(.futureRevision, "required revision is a future revision")
            }
            if request.revision <= state.contents.compacted {
                throw EtcdError(.compacted, "required revision has been compacted")
            }
            state.contents.compact(to: request.revision)
            var response = EtcdCompactionResponse()
            response.header = state.contents.header
            return response
        }
    }
}

extension EtcdTxnRequest {
    private var operations: [EtcdRequestOp] { self.success + self.failure }

    /// Whether it may write something.
    fileprivate var puts: Bool {
        self.operations.contains { operation in
            switch operation.request {
            case .requestPut: true
            case .requestTxn(let nested): nested.puts
            case .requestRange, .requestDeleteRange, nil: false
            }
        }
    }

    /// The leases that it puts keys under.
    fileprivate var leases: [Int64] {
        self.operations.flatMap { operation -> [Int64] in
            switch operation.request {
            case .requestPut(let put): put.lease == 0 ? [] : [put.lease]
            case .requestTxn(let nested): nested.leases
            case .requestRange, .requestDeleteRange, nil: []
            }
        }
    }
}
