import Foundation
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// An etcd that is not always as it should be.
final class ForwardingService: EtcdService {
    /// What becomes of commits.
    enum Commits {
        case sound
        /// Each is said to find no room, having been carried out or not: a member that finds out while it carries one out does either.
        case refused(isDone: Bool)
        /// Each is sent only once this gate has come to 1.
        case held(RevisionGate)
    }

    private let client: EtcdClient
    private let commits: Commits
    /// How many watches come about and then tell nothing.
    private let silentWatches: Int
    private let opened = Mutex(0)
    private let waiting = Mutex(0)
    private let claim = Mutex<Int64?>(nil)
    private let ranges = Mutex(Ranges())

    init(_ client: EtcdClient, commits: Commits = .sound, silentWatches: Int = 0) {
        self.client = client
        self.commits = commits
        self.silentWatches = silentWatches
    }

    /// Watches that were opened.
    var watches: Int { self.opened.withLock { $0 } }

    /// Commits that are held.
    var held: Int { self.waiting.withLock { $0 } }

    /// From now on etcd says with what is read that it is at this revision, as one that was put back; nil: where it is.
    func claim(_ revision: Int64?) { self.claim.withLock { $0 = revision } }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        let last = request.success.last.map { String(decoding: $0.requestPut.key, as: UTF8.self) }
        guard last?.hasSuffix("/head") == true else {
            return try await self.client.transaction(request, isRepeatable: isRepeatable)
        }
        switch self.commits {
        case .sound: break
        case .refused(let isDone):
            if isDone { _ = try await self.client.transaction(request, isRepeatable: isRepeatable) }
            throw EtcdError(.noSpace, "mvcc: database space exceeded", mayTakeEffect: true)
        case .held(let gate):
            self.waiting.withLock { $0 += 1 }
            _ = await gate.wait(for: 1)
            self.waiting.withLock { $0 -= 1 }
        }
        return try await self.client.transaction(request, isRepeatable: isRepeatable)
    }

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        let number = self.opened.withLock { opened in
            opened += 1
            return opened
        }
        guard number <= self.silentWatches else {
            return try await self.client.watch(range, from: revision, observer)
        }
        try await observer.willWatch(on: 0)
        await observer.isWatching(on: 0)
        await untilCancelled()
        throw EtcdError(.cancelled, "the watch was cancelled")
    }

    var endpoints: [EtcdEndpoint] { self.client.endpoints }

    func run() async { await self.client.run() }

    /// Ranges for which etcd has to read all there is.
    struct Ranges {
        var all = 0
        /// With values, which the answer brings too.
        var withValues = 0
        var now = 0
        var most = 0
    }

    var exhaustive: Ranges { self.ranges.withLock { $0 } }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        let isExhaustive = query.order != nil || query.revisions != nil
        if isExhaustive {
            self.ranges.withLock { ranges in
                ranges.all += 1
                ranges.withValues += query.keysOnly ? 0 : 1
                ranges.now += 1
                ranges.most = max(ranges.most, ranges.now)
            }
        }
        defer { if isExhaustive { self.ranges.withLock { $0.now -= 1 } } }
        var response = try await self.client.range(query, on: endpoint)
        if let claim = self.claim.withLock({ $0 }) { response.header.revision = claim }
        return response
    }

    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try await self.client.put(key, value, lease: lease, isRepeatable: isRepeatable)
    }

    func compact(to revision: Int64) async throws(EtcdError) { try await self.client.compact(to: revision) }

    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        try await self.client.grantLease(timeToLive)
    }

    func revoke(_ lease: Int64) async throws(EtcdError) { try await self.client.revoke(lease) }

    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never {
        try await self.client.keepAlive(lease, isWanted: isWanted)
    }

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus { try await self.client.status(of: endpoint) }

    func alarms() async throws(EtcdError) -> [EtcdAlarm] { try await self.client.alarms() }
}
