public import RegistryCatalog
public import RegistryModel
import Synchronization

/// Looking after etcd itself.
extension EtcdStore {
    /// For how long a node that lags holds compaction up.
    private static let patience = TimeSpan.minutes(10)

    public func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {
        try self.requireWatching()
        let now = self.clock.monotonicMilliseconds
        let target = self.session.withLock { session in
            // Only what it has still to apply holds anything up, not that nothing is committed.
            let isLagging = session.delivered > applied
            return session.trace.compaction(
                age: age.milliseconds,
                applied: isLagging ? session.timeline.etcdRevision(applied) ?? 0 : nil,
                patience: Self.patience.milliseconds, now: now)
        }
        guard let target, target > 0 else { return }
        do {
            try await self.client.compact(to: target)
        } catch  where error.code == .compacted {
            // Another node was faster.
        } catch {
            throw StoreError(error)
        }
    }

    /// Asks for everything at the same time: a member that does not answer does not hold up what the others say.
    public func report() async -> StoreReport {
        async let asked: [EtcdAlarm]? = try? self.client.alarms()
        let statuses = await self.statuses()
        let alarms = await asked ?? []
        var report = StoreReport()
        report.endpoints = zip(self.client.endpoints, statuses).map { StoreReport.Endpoint($0, $1, alarms) }
        // Without a quorum nobody answers for the alarms, but each member still tells of those that it knows.
        report.isFull =
            alarms.contains { $0.kind == .noSpace }
            || report.endpoints.contains { $0.errors.contains { $0.contains("NOSPACE") } }
        report.quota = self.configuration.quota
        self.session.withLock { session in
            report.obstacle = session.obstacle
            report.timeline = Int(session.timeline.number)
            report.level = Int(session.level)
        }
        return report
    }

    /// Of every endpoint, in their order.
    private func statuses() async -> [Result<EtcdStatus, EtcdError>] {
        await withTaskGroup(of: (Int, Result<EtcdStatus, EtcdError>).self) { group in
            for index in self.client.endpoints.indices {
                group.addTask {
                    do throws(EtcdError) {
                        return (index, .success(try await self.client.status(of: index)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension StoreReport.Endpoint {
    fileprivate init(_ endpoint: EtcdEndpoint, _ status: Result<EtcdStatus, EtcdError>, _ alarms: [EtcdAlarm]) {
        switch status {
        case .success(let status):
            let own = alarms.filter { $0.memberID == status.memberID }.map { "alarm: \($0.kind)" }
            self.init(
                address: "\(endpoint)", version: status.version, isLeader: status.leader == status.memberID,
                revision: status.revision, bytes: status.fileBytes, usedBytes: status.usedBytes,
                errors: Array(Set(status.errors + own)).sorted())
        case .failure(let error): self.init(address: "\(endpoint)", errors: ["\(error)"])
        }
    }
}
