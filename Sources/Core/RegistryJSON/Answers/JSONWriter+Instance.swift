public import RegistryModel

extension JSONWriter {
    /// An instance. What its owner did not say of locality, ports, ttl, checks, `deregister_after` and incarnation is left out; and what
    /// operators decided, and what it is registered with, unless they decided something.
    public mutating func instance(_ instance: Instance, of service: ServiceKey) {
        self.beginObject()
        self.name(Field.id)
        self.string(instance.id)
        self.name(Field.serviceID)
        self.serviceID(service)
        self.specFields(
            instance.spec, status: instance.status, weight: instance.weight, showsHeaderValues: false)
        if let overrides = instance.overrides { self.overrideFields(overrides, registered: instance.spec) }
        self.name(Field.health)
        self.string(instance.health.state.text)
        self.name(Field.available)
        self.bool(instance.isAvailable)
        self.suspectField(instance.isSuspect)
        self.incarnationField(instance.incarnation)
        self.name(Field.createdAt)
        self.timestamp(instance.createdAt)
        self.name(Field.updatedAt)
        self.timestamp(instance.updatedAt)
        self.name(Field.revision)
        self.integer(instance.shownRevision.rawValue)
        self.endObject()
    }

    /// The fields that the owner says, the same in a registration and in every answer, with the status and weight that count.
    ///
    /// - Parameters:
    ///   - status: left out when nil.
    ///   - showsHeaderValues: those of its checks; false in every answer.
    mutating func specFields(
        _ spec: InstanceSpec, status: InstanceStatus?, weight: UInt16, showsHeaderValues: Bool
    ) {
        self.name(Field.host)
        self.string(spec.host)
        self.name(Field.port)
        self.integer(Int64(spec.port))
        self.name(Field.protocol)
        self.string(spec.protocol)
        self.name(Field.version)
        self.string(spec.version)
        if let status {
            self.name(Field.status)
            self.string(status.text)
        }
        self.name(Field.weight)
        self.integer(Int64(weight))
        self.name(Field.tags)
        self.strings(spec.tags)
        self.name(Field.metadata)
        self.metadata(spec.metadata)
        self.localityField(spec.locality)
        self.portsField(spec.ports)
        if let ttl = spec.ttl {
            self.name(Field.ttl)
            self.lifetime(ttl)
        }
        self.checksField(spec.checks, showsHeaderValues: showsHeaderValues)
        if let deregisterAfter = spec.deregisterAfter {
            self.name(Field.deregisterAfter)
            self.lifetime(deregisterAfter)
        }
        if let warmUp = spec.warmUp {
            self.name(Field.warmUp)
            self.string(warmUp.description)
        }
    }

    /// There only when it is so.
    public mutating func suspectField(_ isSuspect: Bool) {
        guard isSuspect else { return }
        self.name(Field.suspect)
        self.bool(true)
    }

    mutating func incarnationField(_ incarnation: Int64?) {
        guard let incarnation else { return }
        self.name(Field.incarnation)
        self.integer(incarnation)
    }

    mutating func strings(_ strings: [String]) {
        self.beginArray()
        for string in strings { self.string(string) }
        self.endArray()
    }

    mutating func metadata(_ metadata: Metadata) {
        self.beginObject()
        for pair in metadata.pairs {
            self.name(pair.key)
            self.string(pair.value)
        }
        self.endObject()
    }

    private mutating func localityField(_ locality: Locality) {
        guard !locality.region.isEmpty || !locality.zone.isEmpty else { return }
        self.name(Field.locality)
        self.beginObject()
        self.name(Field.region)
        self.string(locality.region)
        self.name(Field.zone)
        self.string(locality.zone)
        self.endObject()
    }

    private mutating func portsField(_ ports: [NamedPort]) {
        guard !ports.isEmpty else { return }
        self.name(Field.ports)
        self.beginObject()
        for port in ports {
            self.name(port.name)
            self.integer(Int64(port.port))
        }
        self.endObject()
    }

    /// `namespace/name`.
    public mutating func serviceID(_ key: ServiceKey) {
        self.openText()
        self.appendText(key.namespace)
        self.appendText("/")
        self.appendText(key.name)
        self.closeText()
    }

    /// `namespace/name/id`.
    public mutating func instanceKey(_ key: InstanceKey) {
        self.openText()
        self.appendText(key.service.namespace)
        self.appendText("/")
        self.appendText(key.service.name)
        self.appendText("/")
        self.appendText(key.id)
        self.closeText()
    }
}

extension InstanceStatus {
    /// The spelling of `description`, without a string to make.
    var text: StaticString {
        switch self {
        case .up: "UP"
        case .starting: "STARTING"
        case .draining: "DRAINING"
        case .outOfService: "OUT_OF_SERVICE"
        }
    }
}

extension HealthState {
    var text: StaticString {
        switch self {
        case .up: "UP"
        case .down: "DOWN"
        case .unknown: "UNKNOWN"
        }
    }
}
