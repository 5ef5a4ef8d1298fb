import RegistryModel

/// Readers of history, selection and of the small answers.
extension BodyReader {
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
            case Field.effectiveWeight: document.effectiveWeight = try self.double()
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
