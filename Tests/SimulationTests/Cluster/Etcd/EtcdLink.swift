import Foundation
import RegistryCatalog
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// One process's client of the simulated etcd. What is under way goes on while the process stands still, and may arrive when it is gone.
final class EtcdLink: EtcdService {
    let etcd: SimulatedEtcd
    let way: EtcdWay
    let world: Surroundings
    /// The number of the machine that it runs on.
    let machine: Int
    /// The process's own, whose timers stand still with it.
    let clock: any RegistryClock
    private let closed = Atomic<Bool>(false)

    /// After so long a call is given up.
    let timeout: TimeSpan

    init(
        _ etcd: SimulatedEtcd, _ way: EtcdWay, _ world: Surroundings, machine: Int, clock: any RegistryClock
    ) {
        self.etcd = etcd
        self.machine = machine
        self.way = way
        self.world = world
        self.clock = clock
        self.timeout = world.settings.catalog.storeTimeout
    }

    let endpoints = [EtcdEndpoint(host: "127.0.0.1")]

    /// The process is gone: it sends nothing any more, and what it has sent arrives or not.
    func close() { self.closed.store(true, ordering: .relaxed) }
    var isClosed: Bool { self.closed.load(ordering: .relaxed) }

    func run() async { await Life().wait() }

    // MARK: One call

    typealias Deed<Answer> = @Sendable (SimulatedEtcd) throws(EtcdError) -> Answer

    func call<Answer: Sendable>(_ deed: @escaping Deed<Answer>) async throws(EtcdError) -> Answer {
        guard !self.isClosed else { throw EtcdError(.cancelled, "the process is gone") }
        let reply = Reply<Result<Answer, EtcdError>>()
        switch self.way.fate() {
        case .arrives: self.send(deed, reply, there: self.way.usualTime, back: self.way.usualTime)
        case .slow:
            let isThere = self.world.dice.chance(500)
            self.send(
                deed, reply, there: isThere ? self.way.slowTime : self.way.usualTime,
                back: isThere ? self.way.usualTime : self.way.slowTime)
        case .losesReply(let breaks):
            self.deliver(deed, after: self.way.usualTime)
            self.giveUp(reply, breaks: breaks)
        case .lost(let breaks): self.giveUp(reply, breaks: breaks)
        case .held:
            self.deliver(deed, after: self.way.holdingTime)
            self.giveUp(reply, breaks: false)
        }
        guard let result = await reply.wait() else {
            throw EtcdError(.cancelled, "nobody waits for the answer", mayTakeEffect: true)
        }
        return try result.get()
    }

    private func send<Answer: Sendable>(
        _ deed: @escaping Deed<Answer>, _ reply: Reply<Result<Answer, EtcdError>>, there: TimeSpan, back: TimeSpan
    ) {
        self.world.postman.post {
            await self.world.clock.rest(for: there)
            guard !self.way.isCutThere, !self.isLostWithItsSender else { return self.giveUp(reply, breaks: false) }
            let result: Result<Answer, EtcdError>
            do throws(EtcdError) { result = .success(try deed(self.etcd)) } catch { result = .failure(error) }
            await self.world.clock.rest(for: back)
            if self.way.isCutBack { self.giveUp(reply, breaks: false) } else { reply.give(result) }
        }
    }

    /// Carries it out, and tells nobody.
    private func deliver<Answer: Sendable>(_ deed: @escaping Deed<Answer>, after delay: TimeSpan) {
        self.world.postman.post {
            await self.world.clock.rest(for: delay)
            guard !self.way.isCutThere else { return }
            _ = try? deed(self.etcd)
        }
    }

    private var isLostWithItsSender: Bool { self.isClosed && self.world.dice.chance(500) }

    private func giveUp<Answer: Sendable>(_ reply: Reply<Result<Answer, EtcdError>>, breaks: Bool) {
        self.world.postman.post {
            await self.world.clock.rest(for: breaks ? self.world.dice.milliseconds(1...30) : self.timeout)
            reply.give(
                .failure(
                    breaks
                        ? EtcdError(.unavailable, "the connection broke", mayTakeEffect: true)
                        : EtcdError(.timedOut, "no answer in time", mayTakeEffect: true)))
        }
    }

    // MARK: Keys and leases

    /// What may be done twice is tried once more, as the real client does.
    private func call<Answer: Sendable>(
        isRepeatable: Bool, _ deed: @escaping Deed<Answer>
    ) async throws(EtcdError) -> Answer {
        do throws(EtcdError) {
            return try await self.call(deed)
        } catch {
            guard isRepeatable, error.code == .unavailable else { throw error }
            return try await self.call(deed)
        }
    }

    func range(_ query: EtcdQuery, on endpoint: Int?) async throws(EtcdError) -> EtcdRangeResponse {
        try await self.call(isRepeatable: true) { (etcd) throws(EtcdError) in try etcd.range(query.request) }
    }

    @discardableResult
    func put(
        _ key: String, _ value: Data, lease: Int64, isRepeatable: Bool
    ) async throws(EtcdError) -> EtcdPutResponse {
        try await self.call(isRepeatable: isRepeatable) { (etcd) throws(EtcdError) in
            try etcd.put(.with(key: key, value, lease: lease))
        }
    }

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        try await self.call(isRepeatable: isRepeatable) { (etcd) throws(EtcdError) in try etcd.transaction(request) }
    }

    func compact(to revision: Int64) async throws(EtcdError) {
        var request = EtcdCompactionRequest()
        request.revision = revision
        let compaction = request
        _ = try await self.call { (etcd) throws(EtcdError) in try etcd.compact(compaction) }
    }

    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        var request = EtcdLeaseGrantRequest()
        request.ttl = max(1, timeToLive.milliseconds / 1_000)
        let grant = request
        let response = try await self.call { (etcd) throws(EtcdError) in try etcd.grant(grant) }
        return EtcdLease(id: response.id, timeToLive: .seconds(response.ttl))
    }

    func revoke(_ lease: Int64) async throws(EtcdError) {
        var request = EtcdLeaseRevokeRequest()
        request.id = lease
        let revocation = request
        _ = try await self.call { (etcd) throws(EtcdError) in try etcd.revoke(revocation) }
    }

    func keepAlive(_ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) -> Never {
        var request = EtcdLeaseKeepAliveRequest()
        request.id = lease.id
        let renewal = request
        let interval = TimeSpan.milliseconds(lease.timeToLive.components.seconds * 300)
        while true {
            if isWanted() {
                do throws(EtcdError) {
                    let answer = try await self.call { (etcd) throws(EtcdError) in etcd.keepAlive(renewal) }
                    if answer.ttl == 0 { throw EtcdError(.leaseNotFound, "the lease has run out") }
                } catch {
                    guard error.isTransient else { throw error }
                }
            }
            guard await self.clock.rest(for: interval) else {
                throw EtcdError(.cancelled, "the lease is not kept any more")
            }
        }
    }

    // MARK: Maintenance

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus {
        try await self.call { (etcd) throws(EtcdError) in
            EtcdStatus(
                version: "3.4.23", memberID: 1, clusterID: 1, revision: etcd.revision, leader: 1, fileBytes: 0,
                usedBytes: 0, errors: [])
        }
    }

    func alarms() async throws(EtcdError) -> [EtcdAlarm] {
        try await self.call { (etcd) throws(EtcdError) in
            etcd.isFull ? [EtcdAlarm(memberID: 1, kind: .noSpace)] : []
        }
    }
}
