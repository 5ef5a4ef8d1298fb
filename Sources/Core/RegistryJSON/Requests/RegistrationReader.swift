import RegistryModel

/// Reads `{service, instance, metadata}`, merges what belongs together and holds it against the limits.
struct RegistrationReader {
    let defaultNamespace: String?

    /// Nil when a field is at fault.
    func read(from body: inout BodyReader) throws(JSONError) -> Registration? {
        guard try body.beginObject() else { return nil }
        var service: ServiceFields?
        var instance: OwnerFields?
        var metadata: Metadata?
        let earlierFaults = body.errors.count
        var lacksService = true
        var lacksInstance = true
        while let key = try body.nextKey() {
            switch key {
            case Field.service:
                lacksService = try body.takeNull()
                if !lacksService { service = try ServiceFields(from: &body) }
            case Field.instance:
                lacksInstance = try body.takeNull()
                if !lacksInstance { instance = try OwnerFields(from: &body) }
            case Field.metadata: metadata = try body.metadata()
            default: try body.skipUnknown()
            }
        }
        if lacksService { body.failMissing(Field.service, "give at least its name: {\"name\": …}") }
        if lacksInstance { body.failMissing(Field.instance, "give at least its host and port") }
        let registration = self.merge(service ?? ServiceFields(), instance ?? OwnerFields(), metadata, &body)
        self.validate(registration, givenID: instance?.id != nil, &body)
        return body.errors.count == earlierFaults ? registration : nil
    }

    /// Puts stand-ins where a field is at fault, so that the others can be checked all the same.
    private func merge(
        _ service: ServiceFields, _ instance: OwnerFields, _ metadata: Metadata?, _ body: inout BodyReader
    ) -> Registration {
        let own = service.namespace ?? instance.namespace
        let field = service.namespace == nil ? "instance.namespace" : "service.namespace"
        if let first = service.namespace, let second = instance.namespace, first != second {
            body.fail("instance.namespace", "is not that of the service; give one of them, or the same")
        }
        if let first = service.version, let second = instance.fields.version, first != second {
            body.fail("instance.version", "is not that of the service; give one of them, or the same")
        }
        let spec = instance.fields.spec(
            host: instance.fields.host ?? "stand-in", port: instance.fields.port ?? 1,
            version: instance.fields.version ?? service.version ?? "",
            metadata: (metadata ?? [:]).merged(under: instance.fields.metadata ?? [:]))
        return Registration(
            service: ServiceKey(
                namespace: body.namespace(own, default: self.defaultNamespace, field), name: service.name ?? "stand-in"),
            serviceType: service.type ?? "", serviceMetadata: service.metadata ?? [:], instanceID: instance.id,
            spec: spec,
            statesStatus: instance.fields.status != nil, incarnation: instance.incarnation)
    }

    private func validate(_ registration: Registration, givenID: Bool, _ body: inout BodyReader) {
        let faults = registration.validate()
        let hasBadHost = faults.contains { $0.field == "instance.host" }
        for fault in faults {
            // An id made of a bad host is not another fault.
            if fault.field == "instance.id", !givenID, hasBadHost { continue }
            body.fail(fault.field, fault.message)
        }
    }
}

/// `{name, namespace?, version?, type?, metadata?}`.
private struct ServiceFields {
    var name: String?
    var namespace: String?
    var version: String?
    var type: String?
    var metadata: Metadata?

    init() {}

    init?(from body: inout BodyReader) throws(JSONError) {
        guard try body.beginObject() else { return nil }
        var lacksName = true
        while let key = try body.nextKey() {
            switch key {
            case Field.name:
                lacksName = try body.takeNull()
                if !lacksName { self.name = try body.string() }
            case Field.version: self.version = try body.string()
            case Field.namespace: self.namespace = try body.string()
            case Field.type: self.type = try body.string()
            case Field.metadata: self.metadata = try body.metadata()
            default: try body.skipUnknown()
            }
        }
        if lacksName { body.failMissing(Field.name, "a service has a name") }
    }
}

/// The fields of an instance with what names it.
private struct OwnerFields {
    var id: String?
    var namespace: String?
    var incarnation: Int64?
    var fields = InstanceFields()

    init() {}

    init?(from body: inout BodyReader) throws(JSONError) {
        guard try body.beginObject() else { return nil }
        var lacksHost = true
        var lacksPort = true
        while let key = try body.nextKey() {
            switch key {
            case Field.id: self.id = try body.string()
            case Field.incarnation: self.incarnation = try body.incarnation()
            case Field.namespace: self.namespace = try body.string()
            case Field.host:
                lacksHost = try body.takeNull()
                if !lacksHost { self.fields.host = try body.string() }
            case Field.port:
                lacksPort = try body.takeNull()
                if !lacksPort { self.fields.port = try body.port() }
            default: if try !self.fields.read(key, from: &body) { try body.skipUnknown() }
            }
        }
        if lacksHost { body.failMissing(Field.host, "give a name, an IPv4 or an IPv6 address") }
        if lacksPort { body.failMissing(Field.port, "a port is 1 to 65535") }
    }
}
