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

    private struct Lease {
        let seconds: Int64
        /// Monotonic milliseconds.
        var end: Int64
    }

    private struct Watcher {
        let range: KeyRange
        /// The next revision that it is told of.
        var next: Int64
        let tell: @Sendable (WatchNews) -> Void
    }

    private struct State {
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

    private let clock: any RegistryClock
    private let state: Mutex<State>
    /// Told of each revision at the moment at which it comes about.
    private let witness: @Sendable (Commit) -> Void

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
        self.state.withLock { state in
            state.contents = contents
            state.leases = [:]
            state.watchers = [:]
        }
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

    private static func close(_ contents: inout EtcdContents) -> Commit? {
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

    // MARK: Leases

    func grant(_ request: EtcdLeaseGrantRequest) throws(EtcdError) -> EtcdLeaseGrantResponse {
        try self.state.withLock { state throws(EtcdError) in
            if state.isFull { throw EtcdError(.noSpace, "etcdserver: mvcc: database space exceeded") }
            state.nextID += 1
            let id = request.id == 0 ? state.nextID : request.id
            let end = self.clock.monotonicMilliseconds + request.ttl * 1_000
            state.leases[id] = Lease(seconds: request.ttl, end: end)
            var response = EtcdLeaseGrantResponse()
            response.header = state.contents.header
            response.id = id
            response.ttl = request.ttl
            return response
        }
    }

    /// A ttl of 0: there is no such lease.
    func keepAlive(_ request: EtcdLeaseKeepAliveRequest) -> EtcdLeaseKeepAliveResponse {
        self.state.withLock { state in
            var response = EtcdLeaseKeepAliveResponse()
            response.header = state.contents.header
            response.id = request.id
            if let seconds = state.leases[request.id]?.seconds {
                state.leases[request.id]?.end = self.clock.monotonicMilliseconds + seconds * 1_000
                response.ttl = seconds
            }
            return response
        }
    }

    func revoke(_ request: EtcdLeaseRevokeRequest) throws(EtcdError) -> EtcdLeaseRevokeResponse {
        guard self.end(request.id) else { throw EtcdError(.leaseNotFound, "requested lease not found") }
        var response = EtcdLeaseRevokeResponse()
        response.header = self.state.withLock { $0.contents.header }
        return response
    }

    /// Ends a lease, and with it its keys; false: there is none.
    private func end(_ id: Int64) -> Bool {
        let (isEnded, commit) = self.state.withLock { state in
            guard state.leases.removeValue(forKey: id) != nil else { return (false, Commit?.none) }
            let all = state.contents.pairs(KeyRange(Data([0]), Data([0])), at: state.contents.revision)
            for pair in all where pair.lease == id { _ = state.contents.delete(KeyRange(pair.key, Data())) }
            return (true, Self.close(&state.contents))
        }
        self.publish(commit)
        return isEnded
    }

    /// Ends leases whose time is over, until the task is cancelled.
    func run() async {
        while await self.clock.rest(for: .milliseconds(500)) {
            let now = self.clock.monotonicMilliseconds
            let over = self.state.withLock { $0.leases.filter { $0.value.end <= now }.keys.sorted() }
            for id in over { _ = self.end(id) }
        }
    }

    // MARK: Watching

    /// Tells of a range from a revision on, at once what was. Returns what ends it.
    func watch(_ request: EtcdWatchCreateRequest, tell: @escaping @Sendable (WatchNews) -> Void) -> Int {
        let range = KeyRange(request.key, request.rangeEnd)
        let (id, news) = self.state.withLock { state in
            state.nextWatcher += 1
            let contents = state.contents
            let start = request.startRevision > 0 ? request.startRevision : contents.revision + 1
            guard start >= contents.compacted else {
                return (state.nextWatcher, WatchNews.compacted(contents.compacted))
            }
            let past = contents.events(range, from: start).map { Commit(revision: $0.revision, events: $0.events) }
            // Above its revision it is silent until that is reached, and says nothing of it.
            let next = max(start, contents.revision + 1)
            state.watchers[state.nextWatcher] = Watcher(range: range, next: next, tell: tell)
            return (state.nextWatcher, .events(past))
        }
        if case .events(let past) = news, past.isEmpty { return id }
        tell(news)
        return id
    }

    func endWatch(_ id: Int) { self.state.withLock { _ = $0.watchers.removeValue(forKey: id) } }

    private func publish(_ commit: Commit?) {
        guard let commit else { return }
        self.witness(commit)
        let watchers = self.state.withLock { $0.watchers.sorted { $0.key < $1.key }.map(\.value) }
        for watcher in watchers where commit.revision >= watcher.next {
            let events = commit.events.filter {
                watcher.range.contains(String(decoding: $0.kv.key, as: UTF8.self))
            }
            if !events.isEmpty { watcher.tell(.events([Commit(revision: commit.revision, events: events)])) }
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
