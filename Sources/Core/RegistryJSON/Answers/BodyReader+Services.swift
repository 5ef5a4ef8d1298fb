import RegistryModel

/// Readers of what answers say of services and instances. A field that must be there and is not is a fault.
extension BodyReader {
    /// An instance. What an answer does not say of it is left at its least: number 0, and health since its last change.
    mutating func instance() throws(JSONError) -> Instance? {
        guard try self.beginObject() else { return nil }
        var fields = InstanceFields()
        var id: String?
        var health: HealthState?
        var isSuspect: Bool?
        var incarnation: Int64?
        var (created, updated): (Timestamp?, Timestamp?)
        var revision: Revision?
        var decided = DecidedFields()
        while let key = try self.nextKey() {
            switch key {
            case Field.id: id = try self.string()
            case Field.override: decided.own = try self.override()
            case Field.serviceOverride: decided.service = try self.override()
            case Field.registered: decided.registered = try self.registered()
            case Field.health: health = try self.healthState()
            case Field.suspect: isSuspect = try self.bool()
            case Field.incarnation: incarnation = try self.incarnation()
            case Field.createdAt: created = try self.timestamp()
            case Field.updatedAt: updated = try self.timestamp()
            case Field.revision: revision = try self.revision()
            default: if try !fields.read(key, from: &self) { try self.skipUnknown() }
            }
        }
        if fields.lacksHost { self.failMissing(Field.host, "the answer must have it") }
        if fields.lacksPort { self.failMissing(Field.port, "the answer must have it") }
        guard let id = self.required(Field.id, id) else { return nil }
        let changed = updated ?? created ?? .epoch
        var instance = Instance(
            id: id, spec: decided.registered(fields.spec), number: 0, incarnation: incarnation,
            health: Health(
                state: health ?? .unknown, cause: .register, since: changed, isSuspect: isSuspect ?? false),
            createdAt: created ?? changed, updatedAt: changed, revision: revision ?? .zero)
        instance.apply(decided.overrides)
        return instance
    }

    mutating func service() throws(JSONError) -> ServiceDocument? {
        guard try self.beginObject() else { return nil }
        var (namespace, name, type): (String?, String?, String?)
        var metadata: Metadata?
        var (created, updated): (Timestamp?, Timestamp?)
        var revision: Revision?
        var protection: ProtectionDocument?
        var document = ServiceDocument(service: .standIn, status: ServiceStatus(state: "", health: .unknown))
        while let key = try self.nextKey() {
            switch key {
            case Field.namespace: namespace = try self.string()
            case Field.name: name = try self.string()
            case Field.type: type = try self.string()
            case Field.metadata: metadata = try self.metadata()
            case Field.createdAt: created = try self.timestamp()
            case Field.updatedAt: updated = try self.timestamp()
            case Field.revision: revision = try self.revision()
            case Field.version: document.version = try self.string() ?? ""
            case Field.versions: document.versions = try self.versions() ?? []
            case Field.protection: protection = try self.protection()
            case Field.status: document.status = try self.serviceStatus() ?? document.status
            case Field.instances:
                document.instances = try self.elements { item throws(JSONError) in try item.instance() }
            default: try self.skipUnknown()
            }
        }
        guard let name = self.required(Field.name, name) else { return nil }
        document.service = Service(
            key: ServiceKey(namespace: namespace ?? ServiceKey.defaultNamespace, name: name), number: 0,
            type: type ?? "",
            metadata: metadata ?? [:], createdAt: created ?? .epoch, updatedAt: updated ?? created ?? .epoch,
            revision: revision ?? .zero, protection: protection?.protection)
        document.suspects = protection?.suspects ?? 0
        return document
    }

    mutating func serviceStatus() throws(JSONError) -> ServiceStatus? {
        guard try self.beginObject() else { return nil }
        var status = ServiceStatus(state: "", health: .unknown)
        while let key = try self.nextKey() {
            switch key {
            case Field.status: status.state = try self.string() ?? ""
            case Field.health: status.health = try self.healthState() ?? .unknown
            case Field.instances: status.instances = try self.count("a number of instances").map { Int($0) } ?? 0
            case Field.lastCheck: status.lastCheck = try self.timestamp()
            case Field.error: status.error = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        return status
    }

    private mutating func versions() throws(JSONError) -> [VersionCount]? {
        guard try self.beginObject() else { return nil }
        var versions: [VersionCount] = []
        while let key = try self.nextKey() {
            guard let count = try self.count("a number of instances") else { continue }
            versions.append(VersionCount(version: key.string, count: Int(count)))
        }
        return versions
    }

    /// `namespace/name`. Neither has a slash in it.
    mutating func serviceID() throws(JSONError) -> ServiceKey? {
        guard let text = try self.string() else { return nil }
        guard let slash = text.firstIndex(of: "/") else {
            self.fail("has no slash; it must be namespace/name")
            return nil
        }
        return ServiceKey(namespace: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
    }

    // MARK: What many answers have

    /// The value; without one it is a fault.
    mutating func required<Value>(_ field: StaticString, _ value: Value?) -> Value? {
        if value == nil { self.failMissing(field, "the answer must have it") }
        return value
    }

    /// An array's values, read one by one; nil for null.
    mutating func elements<Element>(
        _ read: (inout BodyReader) throws(JSONError) -> Element?
    ) throws(JSONError) -> [Element]? {
        guard try self.beginArray() else { return nil }
        var elements: [Element] = []
        var index = 0
        while try self.nextElement(index) {
            index += 1
            if let element = try read(&self) { elements.append(element) }
        }
        return elements
    }
}
