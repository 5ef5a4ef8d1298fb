import RegistryHealth
import RegistryJSON
import RegistryModel

extension CheckDocument {
    init(_ report: CheckReport) {
        self.init(
            name: report.name, kind: report.kind, status: report.status, since: report.since,
            lastCheck: report.lastCheck, detail: report.detail, failures: report.failures,
            successes: report.successes)
    }

    /// The check that an instance's owner makes by its heartbeats. It is not known since when, unless nothing else speaks against the
    /// instance.
    init(_ check: HealthCheck?, every interval: TimeSpan, of health: Health, lastBeat: Timestamp?) {
        let own = health.faults.intersection([.silence, .report])
        let detail =
            own.contains(.silence)
            ? "no heartbeat for \(interval)" : own.contains(.report) ? "its owner reports it DOWN" : ""
        self.init(
            name: check?.name ?? HealthCheck.Kind.ttl.description, kind: .ttl, status: own.isEmpty ? .up : .down,
            since: own == health.faults ? health.since : nil, lastCheck: lastBeat, detail: detail)
    }
}
