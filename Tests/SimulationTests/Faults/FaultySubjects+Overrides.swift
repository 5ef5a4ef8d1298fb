import RegistryModel

@testable import RegistryCatalog

/// Shows every instance as its owner registered it, whatever operators decided.
struct BlindReads: Subject {
    let catalog: Catalog

    func snapshot(of key: ServiceKey) -> ServiceSnapshot? {
        guard let snapshot = self.catalog.snapshot(of: key) else { return nil }
        let instances = snapshot.instances.map { record in
            var instance = record.instance
            instance.apply(nil)
            return InstanceRecord(instance: instance, lease: record.lease)
        }
        return ServiceSnapshot(service: snapshot.service, instances: instances, encodings: self.catalog.encodings)
    }
}
