import RegistryModel

/// Readers of what answers say of health.
extension BodyReader {
    mutating func health() throws(JSONError) -> HealthDocument? {
        guard try self.beginObject() else { return nil }
        var (service, id): (ServiceKey?, String?)
        var document = HealthDocument(key: .standIn, state: .unknown, cause: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceID: service = try self.serviceID()
            case Field.instanceID: id = try self.string()
            case Field.status: document.state = try self.healthState() ?? .unknown
            case Field.cause: document.cause = try self.string() ?? ""
            case Field.since: document.since = try self.timestamp()
            case Field.error: document.error = try self.string() ?? ""
            case Field.lastCheck: document.lastCheck = try self.timestamp()
            case Field.updatedAt: document.updatedAt = try self.timestamp()
            case Field.details: document.details = try self.healthDetails()
            case Field.load: document.load = try self.loadReport()
            case Field.metadata: document.metadata = try self.metadata()
            case Field.suspect: document.isSuspect = try self.bool() ?? false
            case Field.checks:
                document.checks = try self.elements { item throws(JSONError) in try item.checkDocument() }
            default: try self.skipUnknown()
            }
        }
        guard let service = self.required(Field.serviceID, service), let id = self.required(Field.instanceID, id)
        else { return nil }
        document.key = InstanceKey(service: service, id: id)
        return document
    }

    mutating func serviceHealth() throws(JSONError) -> ServiceHealthDocument? {
        guard try self.beginObject() else { return nil }
        var service: ServiceKey?
        var document = ServiceHealthDocument(
            service: InstanceKey.standIn.service, status: ServiceStatus(state: "", health: .unknown), revision: .zero)
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceID: service = try self.serviceID()
            case Field.status: document.status = try self.serviceStatus() ?? document.status
            case Field.revision: document.revision = try self.revision() ?? .zero
            case Field.instances:
                document.instances = try self.elements { item throws(JSONError) in try item.health() } ?? []
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.serviceID, service).map {
            document.service = $0
            return document
        }
    }

    /// A check of a type that only a newer server makes is left out.
    private mutating func checkDocument() throws(JSONError) -> CheckDocument? {
        guard try self.beginObject() else { return nil }
        var kind: HealthCheck.Kind?
        var document = CheckDocument(name: "", kind: .ttl, status: .unknown)
        while let key = try self.nextKey() {
            switch key {
            case Field.name: document.name = try self.string() ?? ""
            case Field.type: kind = try self.checkKind()
            case Field.status: document.status = try self.healthState() ?? .unknown
            case Field.since: document.since = try self.timestamp()
            case Field.lastCheck: document.lastCheck = try self.timestamp()
            case Field.detail: document.detail = try self.string() ?? ""
            case Field.failures: document.failures = try self.count("a number of failures").map { Int($0) }
            case Field.successes: document.successes = try self.count("a number of successes").map { Int($0) }
            default: try self.skipUnknown()
            }
        }
        guard let kind else { return nil }
        document.kind = kind
        return document
    }
}
