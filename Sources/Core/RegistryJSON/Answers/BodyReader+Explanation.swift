import RegistryModel

extension BodyReader {
    mutating func explanation() throws(JSONError) -> ExplanationDocument? {
        guard try self.beginObject() else { return nil }
        var service: ServiceKey?
        var document = ExplanationDocument(service: ServiceKey(name: ""), revision: .zero)
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceID: service = try self.serviceID()
            case Field.listed: document.listed = try self.count("a number of instances").map { Int($0) } ?? 0
            case Field.instances:
                document.instances = try self.elements { item throws(JSONError) in try item.explained() } ?? []
            case Field.departed:
                document.departed = try self.elements { item throws(JSONError) in try item.historyRecord() } ?? []
            case Field.revision: document.revision = try self.revision() ?? .zero
            case Field.warnings:
                document.warnings = try self.elements { item throws(JSONError) in try item.string() } ?? []
            default: try self.skipUnknown()
            }
        }
        guard let service = self.required(Field.serviceID, service) else { return nil }
        document.service = service
        return document
    }

    private mutating func explained() throws(JSONError) -> ExplanationDocument.Instance? {
        guard try self.beginObject() else { return nil }
        var id: String?
        var instance = ExplanationDocument.Instance(
            id: "", isListed: false, isSelectable: false, stage: "", reason: .init(code: "", text: ""))
        while let key = try self.nextKey() {
            switch key {
            case Field.id: id = try self.string()
            case Field.listed: instance.isListed = try self.bool() ?? false
            case Field.selectable: instance.isSelectable = try self.bool() ?? false
            case Field.status: instance.status = try self.status() ?? .up
            case Field.health: instance.health = try self.healthState() ?? .unknown
            case Field.stage: instance.stage = try self.string() ?? ""
            case Field.code: instance.reason.code = try self.string() ?? ""
            case Field.reason: instance.reason.text = try self.string() ?? ""
            case Field.notes:
                instance.notes = try self.elements { item throws(JSONError) in try item.reason() } ?? []
            default: try self.skipUnknown()
            }
        }
        guard let id = self.required(Field.id, id) else { return nil }
        instance.id = id
        return instance
    }

    private mutating func reason() throws(JSONError) -> ExplanationDocument.Reason? {
        guard try self.beginObject() else { return nil }
        var reason = ExplanationDocument.Reason(code: "", text: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.code: reason.code = try self.string() ?? ""
            case Field.reason: reason.text = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        return reason
    }
}
