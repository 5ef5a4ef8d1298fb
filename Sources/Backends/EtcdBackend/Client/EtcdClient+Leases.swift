import GRPCCore
import Outbound
import RegistryModel
import Synchronization

/// A lease that etcd granted: the keys under it go when it is not kept alive for its time.
struct EtcdLease: Hashable {
    let id: Int64
    /// As granted, which may be longer than what was asked for.
    let timeToLive: Duration
}

extension EtcdClient {
    func grantLease(_ timeToLive: TimeSpan) async throws(EtcdError) -> EtcdLease {
        var request = EtcdLeaseGrantRequest()
        request.ttl = max(1, timeToLive.milliseconds / 1_000)
        let response = try await self.call(.grant, request, isRead: false)
        guard response.error.isEmpty else { throw EtcdError(.refused, response.error) }
        return EtcdLease(id: response.id, timeToLive: .seconds(response.ttl))
    }

    func revoke(_ lease: Int64) async throws(EtcdError) {
        var request = EtcdLeaseRevokeRequest()
        request.id = lease
        _ = try await self.call(.revoke, request, isRead: false)
    }

    func keepAlive(
        _ lease: EtcdLease, isWanted: @escaping @Sendable () -> Bool
    ) async throws(EtcdError) -> Never {
        var backoff = Backoff.reconnecting
        var endpoint = self.preferredEndpoint
        var expired: String?
        while true {
            let answered = LeaseAnswers()
            let error = await self.keepAliveOnce(lease, on: endpoint, insteadOf: expired, answered, isWanted)
            if answered.count > 0 { backoff.reset() }
            expired = error.code == .tokenExpired ? answered.token : nil
            if Task.isCancelled { throw EtcdError(.cancelled, "the lease is not kept any more") }
            guard
                error.isTransient || error.code == .tokenExpired || error.code == .unexpectedAnswer
                    || error.code == .cancelled
            else { throw error }
            self.noteFailure(of: endpoint)
            endpoint = self.endpoint(after: endpoint)
            do {
                try await Task.sleep(for: backoff.next())
            } catch {
                throw EtcdError(.cancelled, "the lease is not kept any more")
            }
        }
    }

    private func keepAliveOnce(
        _ lease: EtcdLease, on endpoint: Int, insteadOf expired: String?, _ answers: LeaseAnswers,
        _ isWanted: @escaping @Sendable () -> Bool
    ) async -> EtcdError {
        let interval = lease.timeToLive / 3
        let member = self.endpoints[endpoint]
        do {
            let metadata = try await self.metadata(
                on: endpoint, insteadOf: expired, until: ContinuousClock.now + self.configuration.dial,
                isStream: true)
            answers.token = Self.token(in: metadata)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await self.exchange(lease, on: endpoint, metadata, answers, interval, isWanted)
                }
                group.addTask {
                    // Each request is to be answered before the next is due.
                    var seen = -1
                    while answers.count > seen || !isWanted() {
                        seen = answers.count
                        try await Task.sleep(for: interval)
                    }
                    throw EtcdError(.timedOut, "\(member) did not answer for the lease in time")
                }
                try await group.next()
            }
            return EtcdError(.unavailable, "\(member) ended the stream of the lease")
        } catch {
            return error as? EtcdError ?? EtcdError(.cancelled, "the lease is not kept any more")
        }
    }

    private func exchange(
        _ lease: EtcdLease, on endpoint: Int, _ metadata: GRPCCore.Metadata, _ answers: LeaseAnswers,
        _ interval: Duration,
        _ isWanted: @escaping @Sendable () -> Bool
    ) async throws(EtcdError) {
        try await self.connection(endpoint).stream(.keepAlive, metadata: metadata) { writer in
            var request = EtcdLeaseKeepAliveRequest()
            request.id = lease.id
            while true {
                if isWanted() { try await writer.write(request) }
                try await Task.sleep(for: interval * 0.9)
            }
        } _: { responses in
            for try await response in responses {
                guard response.ttl > 0 else { throw EtcdError(.leaseNotFound, "the lease has run out") }
                answers.note()
            }
        }
    }
}

/// How often a member has answered on one stream.
private final class LeaseAnswers: Sendable {
    private let state = Mutex((count: 0, token: String?.none))

    var count: Int { self.state.withLock { $0.count } }
    func note() { self.state.withLock { $0.count += 1 } }

    /// The one that the stream was opened with.
    var token: String? {
        get { self.state.withLock { $0.token } }
        set { self.state.withLock { $0.token = newValue } }
    }
}
