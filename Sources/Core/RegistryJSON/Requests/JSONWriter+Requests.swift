public import RegistryModel

/// What clients send.
extension JSONWriter {
    /// The body of Register. A status that was not stated is left out.
    public mutating func registration(_ registration: Registration) {
        self.beginObject()
        self.name(Field.service)
        self.beginObject()
        self.name(Field.namespace)
        self.string(registration.service.namespace)
        self.name(Field.name)
        self.string(registration.service.name)
        if !registration.serviceType.isEmpty {
            self.name(Field.type)
            self.string(registration.serviceType)
        }
        if !registration.serviceMetadata.isEmpty {
            self.name(Field.metadata)
            self.metadata(registration.serviceMetadata)
        }
        self.endObject()
        self.name(Field.instance)
        self.beginObject()
        self.name(Field.id)
        self.string(registration.instanceID)
        let spec = registration.spec
        self.specFields(
            spec, status: registration.statesStatus ? spec.status : nil, weight: spec.weight, showsHeaderValues: true)
        self.incarnationField(registration.incarnation)
        self.endObject()
        self.endObject()
    }

    /// The body of a batch of registrations.
    public mutating func registrations(_ registrations: [Registration]) {
        self.beginObject()
        self.list(Field.instances) { writer in
            for registration in registrations { writer.registration(registration) }
        }
        self.endObject()
    }

    /// The body of a batch of heartbeats or deregistrations.
    public mutating func references(_ references: [InstanceReference]) {
        self.beginObject()
        self.list(Field.instances) { writer in
            for reference in references { writer.reference(reference) }
        }
        self.endObject()
    }

    /// `{namespace, service, instance, incarnation?}`.
    public mutating func reference(_ reference: InstanceReference) {
        self.beginObject()
        self.name(Field.namespace)
        self.string(reference.key.service.namespace)
        self.name(Field.service)
        self.string(reference.key.service.name)
        self.name(Field.instance)
        self.string(reference.key.id)
        self.incarnationField(reference.incarnation)
        self.endObject()
    }

    public mutating func healthReport(_ report: HealthReport) {
        self.beginObject()
        if let status = report.status {
            self.name(Field.status)
            self.string(status.text)
        }
        if !report.check.isEmpty {
            self.name(Field.check)
            self.string(report.check)
        }
        self.observationFields(report.details, report.load, report.metadata)
        self.incarnationField(report.incarnation)
        self.endObject()
    }

    /// A merge patch. One that clears a member and sets others of it cannot be said in one patch: the clearing is said.
    public mutating func instancePatch(_ patch: InstancePatch) {
        self.beginObject()
        self.changeField(Field.status, patch.status) { $0.string($1.text) }
        self.changeField(Field.weight, patch.weight) { $0.integer(Int64($1)) }
        self.changeField(Field.version, patch.version) { $0.string($1) }
        self.changeField(Field.tags, patch.tags) { $0.strings($1) }
        self.changeField(Field.ttl, patch.ttl) { $0.lifetime($1) }
        self.changeField(Field.deregisterAfter, patch.deregisterAfter) { $0.lifetime($1) }
        self.changeField(Field.warmUp, patch.warmUp) { $0.string($1.description) }
        self.changeField(Field.checks, patch.checks) { $0.checks($1, showsHeaderValues: true) }
        if patch.region != nil || patch.zone != nil {
            self.name(Field.locality)
            self.beginObject()
            self.changeField(Field.region, patch.region) { $0.string($1) }
            self.changeField(Field.zone, patch.zone) { $0.string($1) }
            self.endObject()
        }
        self.members(Field.metadata, patch.metadata, clears: patch.clearsMetadata) { $0.string($1) }
        self.members(Field.ports, patch.ports, clears: patch.clearsPorts) { $0.integer(Int64($1)) }
        self.incarnationField(patch.incarnation)
        self.endObject()
    }

    public mutating func overrideRequest(_ request: OverrideRequest) {
        self.beginObject()
        if let status = request.status {
            self.name(Field.status)
            self.string(status.text)
        }
        if let weight = request.weight {
            self.name(Field.weight)
            self.integer(Int64(weight))
        }
        if !request.reason.isEmpty {
            self.name(Field.reason)
            self.string(request.reason)
        }
        if let span = request.expiresAfter {
            self.name(Field.expiresAfter)
            self.string(span.description)
        }
        self.endObject()
    }

    public mutating func servicePatch(_ patch: ServicePatch) {
        self.beginObject()
        self.changeField(Field.type, patch.type) { $0.string($1) }
        self.members(Field.metadata, patch.metadata, clears: patch.clearsMetadata) { $0.string($1) }
        self.endObject()
    }

    private mutating func changeField<Value>(
        _ name: StaticString, _ change: Value??, _ write: (inout JSONWriter, Value) -> Void
    ) {
        guard let change else { return }
        self.name(name)
        if let value = change { write(&self, value) } else { self.null() }
    }

    private mutating func members<Value>(
        _ name: StaticString, _ changes: [String: Value?], clears: Bool, _ write: (inout JSONWriter, Value) -> Void
    ) {
        guard clears || !changes.isEmpty else { return }
        self.name(name)
        if clears { return self.null() }
        self.beginObject()
        for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
            self.name(key)
            if let value { write(&self, value) } else { self.null() }
        }
        self.endObject()
    }
}
