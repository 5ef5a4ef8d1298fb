public import RegistryModel

extension JSONWriter {
    /// A service.
    ///
    /// - Parameter instances: writes its instances one after another with `instance(_:of:)`, so that a filtered list needs no
    ///   array. Nil: those of the document, or none of the field when the document has none.
    public mutating func service(_ document: ServiceDocument, instances: ((inout JSONWriter) -> Void)? = nil) {
        let service = document.service
        self.beginObject()
        self.name(Field.id)
        self.serviceID(service.key)
        self.name(Field.namespace)
        self.string(service.key.namespace)
        self.name(Field.name)
        self.string(service.key.name)
        self.name(Field.version)
        self.string(document.version)
        self.name(Field.type)
        self.string(service.type)
        self.name(Field.status)
        self.status(document.status)
        self.name(Field.metadata)
        self.metadata(service.metadata)
        self.versionsField(document.versions)
        if let protection = service.protection, !protection.isLifted {
            self.name(Field.protection)
            self.protection(ProtectionDocument(protection, suspects: document.suspects))
        }
        self.timeField(Field.createdAt, service.revision == .zero ? nil : service.createdAt)
        self.timeField(Field.updatedAt, service.revision == .zero ? nil : service.updatedAt)
        self.revisionField(service.revision)
        if let instances {
            self.list(Field.instances, instances)
        } else if let instances = document.instances {
            self.list(Field.instances) { writer in
                for instance in instances { writer.instance(instance, of: service.key) }
            }
        }
        self.endObject()
    }

    /// `{status, health, instances, last_check, error}`.
    mutating func status(_ status: ServiceStatus) {
        self.beginObject()
        self.name(Field.status)
        self.string(status.state)
        self.name(Field.health)
        self.string(status.health.text)
        self.name(Field.instances)
        self.integer(status.instances)
        self.timeField(Field.lastCheck, status.lastCheck)
        self.name(Field.error)
        self.string(status.error)
        self.endObject()
    }

    private mutating func versionsField(_ versions: [VersionCount]) {
        self.name(Field.versions)
        self.beginObject()
        for version in versions {
            self.name(version.version)
            self.integer(version.count)
        }
        self.endObject()
    }

    // MARK: Fields that many answers have

    mutating func timeField(_ name: StaticString, _ time: Timestamp?) {
        self.name(name)
        if let time { self.timestamp(time) } else { self.null() }
    }

    public mutating func revisionField(_ revision: Revision) {
        self.name(Field.revision)
        self.integer(revision.rawValue)
    }

    /// An array under a name, its elements written by `elements`.
    public mutating func list(_ name: StaticString, _ elements: (inout JSONWriter) -> Void) {
        self.name(name)
        self.beginArray()
        elements(&self)
        self.endArray()
    }

    /// `warnings`, when there are any: the paths of body fields that were ignored.
    public mutating func warningsField(_ warnings: [String]) {
        guard !warnings.isEmpty else { return }
        self.name(Field.warnings)
        self.strings(warnings)
    }
}
