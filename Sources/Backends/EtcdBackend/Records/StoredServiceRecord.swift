import RegistryModel

/// The stored form of a service.
extension StoredServiceRecord {
    func model(revision: Revision) -> Service {
        Service(
            key: ServiceKey(namespace: self.namespace, name: self.name), number: self.number, type: self.type,
            metadata: Metadata(self.metadata), createdAt: Timestamp(milliseconds: self.createdAt),
            updatedAt: Timestamp(milliseconds: self.updatedAt), revision: revision,
            emptySince: self.hasEmptySince ? Timestamp(milliseconds: self.emptySince) : nil,
            protection: self.hasProtection ? self.protection.model : nil)
    }

    mutating func update(to service: Service) {
        self.namespace = service.key.namespace
        self.name = service.key.name
        self.number = service.number
        self.type = service.type
        self.metadata = service.metadata.stored(over: self.metadata)
        self.createdAt = service.createdAt.milliseconds
        self.updatedAt = service.updatedAt.milliseconds
        if let time = service.emptySince { self.emptySince = time.milliseconds } else { self.clearEmptySince() }
        if let protection = service.protection {
            self.protection.update(to: protection)
        } else {
            self.clearProtection()
        }
    }
}

extension StoredProtectionRecord {
    fileprivate var model: Protection {
        Protection(
            since: Timestamp(milliseconds: self.since), verdict: self.verdict.model, detail: self.detail,
            isLifted: self.isLifted)
    }

    fileprivate mutating func update(to protection: Protection) {
        self.since = protection.since.milliseconds
        self.verdict = self.verdict.updated(to: protection.verdict)
        self.detail = protection.detail
        self.isLifted = protection.isLifted
    }
}
