import RegistryModel

/// Readers of what operators decided.
extension BodyReader {
    /// The body of `PUT …/override`.
    mutating func overrideRequest() throws(JSONError) -> OverrideRequest? {
        guard try self.beginObject() else { return nil }
        var request = OverrideRequest()
        let faults = self.errors.count
        while let key = try self.nextKey() {
            switch key {
            case Field.status: request.status = try self.status()
            case Field.weight: request.weight = try self.weight()
            case Field.reason: request.reason = try self.string() ?? ""
            case Field.expiresAfter: request.expiresAfter = try self.timeSpan()
            default: try self.skipUnknown()
            }
        }
        let isRead = self.errors.count == faults
        // What could not be read is not absent.
        for fault in request.validate() where isRead || fault.field != Field.status.description {
            self.fail(fault.field, fault.message)
        }
        return request
    }

    /// A decision as an instance's answer has it, without what it is about.
    mutating func override() throws(JSONError) -> (scope: String, override: Override)? {
        guard try self.beginObject() else { return nil }
        var fields = OverrideFields()
        while let key = try self.nextKey() {
            if try !fields.read(key, from: &self) { try self.skipUnknown() }
        }
        return (fields.scope, fields.override)
    }

    /// `{status, weight}`, as the owner said them.
    mutating func registered() throws(JSONError) -> (status: InstanceStatus?, weight: UInt16?)? {
        guard try self.beginObject() else { return nil }
        var (status, weight): (InstanceStatus?, UInt16?)
        while let key = try self.nextKey() {
            switch key {
            case Field.status: status = try self.status()
            case Field.weight: weight = try self.weight()
            default: try self.skipUnknown()
            }
        }
        return (status, weight)
    }

    mutating func overrideDocument() throws(JSONError) -> OverrideDocument? {
        guard try self.beginObject() else { return nil }
        var (namespace, name, instance): (String?, String?, String?)
        var fields = OverrideFields()
        while let key = try self.nextKey() {
            switch key {
            case Field.namespace: namespace = try self.string()
            case Field.service: name = try self.string()
            case Field.instance: instance = try self.string()
            default: if try !fields.read(key, from: &self) { try self.skipUnknown() }
            }
        }
        guard let namespace = self.required(Field.namespace, namespace), let name = self.required(Field.service, name)
        else { return nil }
        let key = OverrideKey(service: ServiceKey(namespace: namespace, name: name), instance: instance)
        return OverrideDocument(key: key, override: fields.override)
    }

    mutating func overrideAnswer() throws(JSONError) -> OverrideDocument? {
        guard try self.beginObject() else { return nil }
        var document: OverrideDocument?
        while let key = try self.nextKey() {
            switch key {
            case Field.override: document = try self.overrideDocument()
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.override, document)
    }
}

/// The fields of a decision, as far as an answer has them.
private struct OverrideFields {
    var scope = ""
    var override = Override(number: 0, status: nil, weight: nil, actor: "", createdAt: .epoch)

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.scope: self.scope = try body.string() ?? ""
        case Field.status: self.override.status = try body.status()
        case Field.weight: self.override.weight = try body.weight()
        case Field.reason: self.override.reason = try body.string() ?? ""
        case Field.actor: self.override.actor = try body.string() ?? ""
        case Field.createdAt: self.override.createdAt = try body.timestamp() ?? .epoch
        case Field.expiresAt: self.override.expiresAt = try body.timestamp()
        case Field.absentSince: self.override.absentSince = try body.timestamp()
        case Field.revision: self.override.revision = try body.revision() ?? .zero
        default: return false
        }
        return true
    }
}
