import RegistryModel

/// Reads `{service, instance, metadata, namespace?}`, merges what belongs together and holds it against the limits.
struct RegistrationReader {
    let defaultNamespace: String?

    /// Nil when a field is at fault.
    func read(from body: inout BodyReader) throws(JSONError) -> Registration? {
        guard try body.beginObject() else { return nil }
        var service = ServiceFields()
        var instance = OwnerFields()
        var metadata: Metadata?
        var namespace: String?
        let earlierFaults = body.errors.count
        var lacksService = true
        var lacksInstance = true
        while let key = try body.nextKey() {
            switch key {
            case Field.service:
                lacksService = try body.takeNull()
                if !lacksService { try service.read(from: &body) }
            case Field.instance:
                lacksInstance = try body.takeNull()
                if !lacksInstance { try instance.read(from: &body) }
            case Field.metadata: metadata = try body.metadata()
            case Field.namespace: namespace = try body.string()
            default: try body.skipUnknown()
            }
        }
        if lacksService { body.failMissing(Field.service, "give at least its name: {\"name\": …}") }
        if lacksInstance { body.failMissing(Field.instance, "give at least its host and port") }
        if let metadata { instance.put(under: metadata) }
        self.settleVersion(service, &instance, &body)
        let registration = Registration(
            service: ServiceKey(namespace: self.namespace(namespace, service, instance, &body), name: service.name),
            serviceType: service.type, serviceMetadata: service.metadata, instanceID: instance.id,
            spec: instance.fields.spec, statesStatus: instance.fields.statesStatus, incarnation: instance.incarnation)
        self.validate(registration, givenID: instance.id != nil, &body)
        return body.errors.count == earlierFaults ? registration : nil
    }

    /// The instance's version is its own, else that of the service.
    private func settleVersion(_ service: ServiceFields, _ instance: inout OwnerFields, _ body: inout BodyReader) {
        guard let version = service.version else { return }
        if !instance.fields.statesVersion {
            instance.fields.version = version
        } else if instance.fields.version != version {
            body.fail("instance.version", "is not that of the service; give one of them, or the same")
        }
    }

    /// The namespace may stand beside the service, in it, or in the instance; all that are given have to agree.
    private func namespace(
        _ outer: String?, _ service: ServiceFields, _ instance: OwnerFields, _ body: inout BodyReader
    ) -> String {
        let given = [
            ("service.namespace", service.namespace), ("namespace", outer), ("instance.namespace", instance.namespace),
        ]
        let named = given.filter { $0.1 != nil }
        for other in named.dropFirst() where other.1 != named.first?.1 {
            body.fail(other.0, "is not \(named[0].0); give one of them, or the same")
        }
        return body.namespace(named.first?.1, default: self.defaultNamespace, named.first?.0 ?? "service.namespace")
    }

    private func validate(_ registration: Registration, givenID: Bool, _ body: inout BodyReader) {
        let faults = registration.validate()
        if faults.isEmpty { return }
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
    /// With a stand-in until it is said, as in `InstanceFields`.
    var name = "stand-in"
    var namespace: String?
    var version: String?
    var type = ""
    var metadata = Metadata()

    mutating func read(from body: inout BodyReader) throws(JSONError) {
        guard try body.beginObject() else { return }
        var lacksName = true
        while let key = try body.nextKey() {
            switch key {
            case Field.name:
                lacksName = try body.takeNull()
                if !lacksName, let name = try body.string() { self.name = name }
            case Field.version: self.version = try body.string()
            case Field.namespace: self.namespace = try body.string()
            case Field.type: self.type = try body.string() ?? ""
            case Field.metadata: self.metadata = try body.metadata() ?? [:]
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

    mutating func read(from body: inout BodyReader) throws(JSONError) {
        guard try body.beginObject() else { return }
        while let key = try body.nextKey() {
            if try self.fields.read(key, from: &body) { continue }
            switch key {
            case Field.id: self.id = try body.string()
            case Field.incarnation: self.incarnation = try body.incarnation()
            case Field.namespace: self.namespace = try body.string()
            default: try body.skipUnknown()
            }
        }
        if self.fields.lacksHost { body.failMissing(Field.host, "give a name, an IPv4 or an IPv6 address") }
        if self.fields.lacksPort { body.failMissing(Field.port, "a port is 1 to 65535") }
    }

    /// Puts the instance's own metadata over that of the whole registration.
    mutating func put(under metadata: Metadata) {
        self.fields.metadata = metadata.merged(under: self.fields.metadata)
    }
}
