import RegistryModel

/// Readers of health, history, selection and of the small answers.
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
            case Field.suspect: document.isSuspect = try self.bool() ?? false
            case Field.cause: document.cause = try self.string() ?? ""
            case Field.since: document.since = try self.timestamp()
            case Field.error: document.error = try self.string() ?? ""
            case Field.lastCheck: document.lastCheck = try self.timestamp()
            case Field.updatedAt: document.updatedAt = try self.timestamp()
            case Field.details: document.details = try self.healthDetails()
            case Field.load: document.load = try self.loadReport()
            case Field.metadata: document.metadata = try self.metadata()
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

    mutating func historyRecord() throws(JSONError) -> HistoryRecord? {
        guard try self.beginObject() else { return nil }
        var (namespace, name): (String?, String?)
        var record = HistoryRecord(
            revision: .zero, time: .epoch, service: InstanceKey.standIn.service, cause: "", actor: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.revision: record.revision = try self.revision() ?? .zero
            case Field.time: record.time = try self.timestamp() ?? .epoch
            case Field.namespace: namespace = try self.string()
            case Field.service: name = try self.string()
            case Field.instance: record.instance = try self.string() ?? ""
            case Field.cause: record.cause = try self.string() ?? ""
            case Field.actor: record.actor = try self.string() ?? ""
            case Field.health: record.health = try self.healthState()
            case Field.status: record.status = try self.status()
            case Field.detail: record.detail = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        guard let namespace = self.required(Field.namespace, namespace), let name = self.required(Field.service, name)
        else { return nil }
        record.service = ServiceKey(namespace: namespace, name: name)
        return record
    }

    mutating func selection() throws(JSONError) -> SelectionDocument? {
        guard try self.beginObject() else { return nil }
        var service: ServiceKey?
        var document = SelectionDocument(
            service: InstanceKey.standIn.service, instance: nil, strategy: "", code: "", reason: "", considered: 0,
            steps: [], revision: .zero)
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceID: service = try self.serviceID()
            case Field.instance: document.instance = try self.instance()
            case Field.strategy: document.strategy = try self.string() ?? ""
            case Field.code: document.code = try self.string() ?? ""
            case Field.reason: document.reason = try self.string() ?? ""
            case Field.considered: document.considered = try self.count("a number of instances").map { Int($0) } ?? 0
            case Field.steps:
                document.steps = try self.elements { item throws(JSONError) in try item.selectionStep() } ?? []
            case Field.revision: document.revision = try self.revision() ?? .zero
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.serviceID, service).map {
            document.service = $0
            return document
        }
    }

    private mutating func selectionStep() throws(JSONError) -> SelectionDocument.Step? {
        guard try self.beginObject() else { return nil }
        var step = SelectionDocument.Step(stage: "", remaining: 0)
        while let key = try self.nextKey() {
            switch key {
            case Field.stage: step.stage = try self.string() ?? ""
            case Field.remaining: step.remaining = try self.count("a number of instances").map { Int($0) } ?? 0
            default: try self.skipUnknown()
            }
        }
        return step
    }

    mutating func namespace() throws(JSONError) -> NamespaceDocument? {
        guard try self.beginObject() else { return nil }
        var namespace = NamespaceDocument(name: "", services: 0, instances: 0)
        while let key = try self.nextKey() {
            switch key {
            case Field.name: namespace.name = try self.string() ?? ""
            case Field.services: namespace.services = try self.count("a number of services").map { Int($0) } ?? 0
            case Field.instances: namespace.instances = try self.count("a number of instances").map { Int($0) } ?? 0
            default: try self.skipUnknown()
            }
        }
        return namespace
    }

    mutating func versionDocument() throws(JSONError) -> VersionDocument? {
        guard try self.beginObject() else { return nil }
        var document = VersionDocument(version: "", registryID: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.version: document.version = try self.string() ?? ""
            case Field.registryID: document.registryID = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        return document
    }
}
