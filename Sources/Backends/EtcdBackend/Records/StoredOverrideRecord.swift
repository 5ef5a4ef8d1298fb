import RegistryCatalog
import RegistryModel

/// The stored form of an operator's decision.
extension StoredOverrideRecord {
    func model(revision: Revision) -> StoredOverride {
        let service = ServiceKey(namespace: self.namespace, name: self.service)
        return StoredOverride(
            key: OverrideKey(service: service, instance: self.hasInstance ? self.instance : nil),
            override: Override(
                number: self.number, revision: revision, status: self.hasStatus ? self.status.model : nil,
                weight: self.hasWeight ? UInt16(truncatingIfNeeded: self.weight) : nil, reason: self.reason,
                actor: self.actor, createdAt: Timestamp(milliseconds: self.createdAt),
                expiresAt: self.hasExpiresAt ? Timestamp(milliseconds: self.expiresAt) : nil,
                absentSince: self.hasAbsentSince ? Timestamp(milliseconds: self.absentSince) : nil))
    }

    mutating func update(to stored: StoredOverride) {
        let override = stored.override
        self.namespace = stored.key.service.namespace
        self.service = stored.key.service.name
        if let instance = stored.key.instance { self.instance = instance } else { self.clearInstance() }
        self.number = override.number
        if let status = override.status { self.status = self.status.updated(to: status) } else { self.clearStatus() }
        if let weight = override.weight { self.weight = UInt32(weight) } else { self.clearWeight() }
        self.reason = override.reason
        self.actor = override.actor
        self.createdAt = override.createdAt.milliseconds
        if let time = override.expiresAt { self.expiresAt = time.milliseconds } else { self.clearExpiresAt() }
        if let time = override.absentSince { self.absentSince = time.milliseconds } else { self.clearAbsentSince() }
    }
}
