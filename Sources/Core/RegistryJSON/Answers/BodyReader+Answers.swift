import RegistryModel

/// Readers of whole answers.
extension BodyReader {
    mutating func discoverAnswer() throws(JSONError) -> DiscoverAnswer? {
        guard try self.beginObject() else { return nil }
        var services: [ServiceDocument]?
        var revision: Revision?
        while let key = try self.nextKey() {
            switch key {
            case Field.services: services = try self.elements { item throws(JSONError) in try item.service() }
            case Field.revision: revision = try self.revision()
            default: try self.skipUnknown()
            }
        }
        guard let services = self.required(Field.services, services) else { return nil }
        return DiscoverAnswer(services: services, revision: revision ?? .zero)
    }

    /// A page of the list under `name`.
    mutating func page<Element>(
        of name: StaticString, _ read: (inout BodyReader) throws(JSONError) -> Element?
    ) throws(JSONError) -> Page<Element>? {
        guard try self.beginObject() else { return nil }
        var elements: [Element]?
        var nextCursor: String?
        while let key = try self.nextKey() {
            switch key {
            case name: elements = try self.elements(read)
            case Field.nextCursor: nextCursor = try self.string()
            default: try self.skipUnknown()
            }
        }
        return self.required(name, elements).map { Page(elements: $0, nextCursor: nextCursor) }
    }

    mutating func instanceAnswer() throws(JSONError) -> InstanceAnswer? {
        guard try self.beginObject() else { return nil }
        var service: ServiceDocument?
        var instance: Instance?
        var revision: Revision?
        var warnings: [String]?
        while let key = try self.nextKey() {
            switch key {
            case Field.service: service = try self.service()
            case Field.instance: instance = try self.instance()
            case Field.revision: revision = try self.revision()
            case Field.warnings: warnings = try self.elements { item throws(JSONError) in try item.string() }
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.instance, instance).map {
            InstanceAnswer(
                service: service, instance: $0, revision: revision ?? $0.revision, warnings: warnings ?? [])
        }
    }

    mutating func batchAnswer() throws(JSONError) -> BatchAnswer? {
        guard try self.beginObject() else { return nil }
        var results: [BatchItem]?
        var revision: Revision?
        var warnings: [String]?
        while let key = try self.nextKey() {
            switch key {
            case Field.results: results = try self.elements { item throws(JSONError) in try item.batchItem() }
            case Field.revision: revision = try self.revision()
            case Field.warnings: warnings = try self.elements { item throws(JSONError) in try item.string() }
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.results, results).map {
            BatchAnswer(results: $0, revision: revision ?? .zero, warnings: warnings ?? [])
        }
    }

    /// A result, or a problem: only that one has a code.
    private mutating func batchItem() throws(JSONError) -> BatchItem? {
        guard try self.beginObject() else { return nil }
        var problem = ProblemFields()
        var (service, id): (ServiceKey?, String?)
        var revision: Revision?
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceID: service = try self.serviceID()
            case Field.instanceID: id = try self.string()
            case Field.revision: revision = try self.revision()
            default: if try !problem.read(key, from: &self) { try self.skipUnknown() }
            }
        }
        if problem.code != nil { return .failed(problem.document) }
        guard let service = self.required(Field.serviceID, service), let id = self.required(Field.instanceID, id)
        else { return nil }
        return .done(
            status: problem.status ?? 0, key: InstanceKey(service: service, id: id), revision: revision ?? .zero)
    }

    mutating func problem() throws(JSONError) -> ProblemDocument? {
        guard try self.beginObject() else { return nil }
        var problem = ProblemFields()
        while let key = try self.nextKey() {
            if try !problem.read(key, from: &self) { try self.skipUnknown() }
        }
        return self.required(Field.code, problem.code).map { _ in problem.document }
    }

    mutating func heartbeatAnswer() throws(JSONError) -> HeartbeatAnswer? {
        guard try self.beginObject() else { return nil }
        var answer = HeartbeatAnswer(renewed: 0)
        var reader = ReferenceReader(defaultNamespace: nil)
        while let key = try self.nextKey() {
            switch key {
            case Field.renewed: answer.renewed = try self.count("a number of instances").map { Int($0) } ?? 0
            case Field.unknown:
                answer.unknown = try self.elements { item throws(JSONError) in try reader.read(from: &item) } ?? []
            case Field.stale:
                answer.stale = try self.elements { item throws(JSONError) in try reader.read(from: &item) } ?? []
            case Field.warnings:
                answer.warnings = try self.elements { item throws(JSONError) in try item.string() } ?? []
            default: try self.skipUnknown()
            }
        }
        return answer
    }
}

/// The fields of a problem, as far as a body has them.
struct ProblemFields {
    var type: String?
    var title: String?
    var status: Int?
    var detail: String?
    var code: String?
    var errors: [FieldError]?

    var document: ProblemDocument {
        ProblemDocument(
            type: self.type ?? ProblemDocument.blankType, title: self.title ?? "", status: self.status ?? 0,
            detail: self.detail ?? "", code: self.code ?? "", errors: self.errors ?? [])
    }

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.type: self.type = try body.string()
        case Field.title: self.title = try body.string()
        case Field.status: self.status = try body.integer(0...999, "a status").map { Int($0) }
        case Field.detail: self.detail = try body.string()
        case Field.code: self.code = try body.string()
        case Field.errors:
            self.errors = try body.elements { item throws(JSONError) in try Self.fieldError(from: &item) }
        default: return false
        }
        return true
    }

    private static func fieldError(from body: inout BodyReader) throws(JSONError) -> FieldError? {
        guard try body.beginObject() else { return nil }
        var error = FieldError(field: "", message: "")
        while let key = try body.nextKey() {
            switch key {
            case Field.field: error.field = try body.string() ?? ""
            case Field.message: error.message = try body.string() ?? ""
            default: try body.skipUnknown()
            }
        }
        return error
    }
}
