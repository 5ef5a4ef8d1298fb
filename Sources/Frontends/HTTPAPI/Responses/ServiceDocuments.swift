import RegistryCatalog
import RegistryJSON
import RegistryModel

extension ServiceStatus {
    /// - Parameter lastCheck: left out wherever the answer has an `ETag`: it moves without a commit.
    init(_ summary: ServiceSummary, lastCheck: Timestamp? = nil) {
        self.init(
            state: summary.state.description, health: summary.health, instances: summary.instances,
            lastCheck: lastCheck, error: summary.error)
    }
}

extension ServiceDocument {
    /// The service without its instances.
    init(_ snapshot: ServiceSnapshot) {
        let summary = snapshot.summary
        self.init(
            service: snapshot.service, status: ServiceStatus(summary), version: summary.version,
            versions: summary.versions.map { VersionCount(version: $0.version, count: $0.count) },
            suspects: summary.suspects)
    }
}

extension JSONWriter {
    /// The service with those of its instances that are wanted.
    mutating func service(_ snapshot: ServiceSnapshot, where filter: InstanceFilter) {
        self.service(ServiceDocument(snapshot)) { writer in
            for record in snapshot.instances(where: filter) { writer.instance(record.instance, of: snapshot.key) }
        }
    }

    /// The whole answer to discover.
    mutating func discover(_ snapshot: ServiceSnapshot, where filter: InstanceFilter) {
        self.discoverAnswer(revision: snapshot.revision) { $0.service(snapshot, where: filter) }
    }
}
