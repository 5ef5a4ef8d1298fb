public import RegistryCatalog
public import RegistryModel

/// All that a stored catalogue holds, without order, so that two can be compared.
public struct CatalogRecords: Hashable, Sendable {
    public var registryID: String
    public var revision: Revision
    public var nextNumber: Int64
    public var services: Set<Service>
    public var instances: Set<StoredInstance>
    public var tombstones: Set<StoredTombstone>
    public var overrides: Set<StoredOverride>
    public var subscriptions: Set<Subscription>

    public init(_ stored: StoredCatalog) {
        self.registryID = stored.registryID
        self.revision = stored.revision
        self.nextNumber = stored.nextNumber
        self.services = Set(stored.services)
        self.instances = Set(stored.instances)
        self.tombstones = Set(stored.tombstones)
        self.overrides = Set(stored.overrides)
        self.subscriptions = Set(stored.subscriptions)
    }
}

extension Sample {
    /// A snapshot with every kind of record. What it holds differs from revision to revision.
    public static func snapshot(
        _ revision: Int64 = 9, timeline: Int64 = 0, registryID: String = "registry", instances: Int = 3
    ) -> CatalogSnapshot {
        let key = ServiceKey(name: "payments")
        let spec = self.spec(metadata: ["revision": "\(timeline)/\(revision)"])
        return CatalogSnapshot(
            timeline: timeline,
            catalog: StoredCatalog(
                registryID: registryID, revision: Revision(revision),
                services: [
                    self.service(revision: Revision(revision)),
                    self.service("empty", namespace: "n", number: 2, type: "rest", emptySince: self.time),
                ],
                instances: (0..<instances).map { index in
                    StoredInstance(
                        service: 1,
                        instance: self.instance(
                            "i\(index)", number: Int64(10 + index), spec: spec, incarnation: Int64(index),
                            revision: Revision(revision)))
                },
                tombstones: [StoredTombstone(service: key, tombstone: self.tombstone("gone", revision: Revision(1)))],
                overrides: [
                    StoredOverride(key: OverrideKey(service: key), override: self.override(reason: "why")),
                    StoredOverride(
                        key: OverrideKey(service: key, instance: "i0"), override: self.override(number: 6, weight: 7)),
                ],
                subscriptions: [self.subscription()], nextNumber: Int64(10 + instances)))
    }
}
