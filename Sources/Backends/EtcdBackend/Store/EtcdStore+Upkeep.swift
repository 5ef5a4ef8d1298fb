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

    public func report() async -> StoreReport {
        var report = StoreReport()
        let alarms = (try? await self.client.alarms()) ?? []
        report.endpoints = await withTaskGroup(of: (Int, StoreReport.Endpoint).self) { group in
            for index in self.client.endpoints.indices {
                group.addTask { (index, await self.endpoint(index, alarms)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        report.quota = self.configuration.quota
        report.isFull = alarms.contains { $0.kind == .noSpace }
        self.session.withLock { session in
            report.obstacle = session.obstacle
            report.timeline = Int(session.timeline.number)
            report.level = Int(session.level)
        }
        return report
    }

    private func endpoint(_ index: Int, _ alarms: [EtcdAlarm]) async -> StoreReport.Endpoint {
        let address = "\(self.client.endpoints[index])"
        do throws(EtcdError) {
            let status = try await self.client.status(of: index)
            let own = alarms.filter { $0.memberID == status.memberID }.map { "alarm: \($0.kind)" }
            return StoreReport.Endpoint(
                address: address, version: status.version, isLeader: status.leader == status.memberID,
                revision: status.revision, bytes: status.fileBytes, usedBytes: status.usedBytes,
                errors: Array(Set(status.errors + own)).sorted())
        } catch {
            return StoreReport.Endpoint(address: address, errors: ["\(error)"])
        }
    }
}
