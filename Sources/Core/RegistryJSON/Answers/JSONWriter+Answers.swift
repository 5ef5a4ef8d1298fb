public import RegistryModel

extension JSONWriter {
    /// The answer to Discover.
    ///
    /// - Parameter services: writes each with `service(_:instances:)`.
    public mutating func discoverAnswer(revision: Revision, services: (inout JSONWriter) -> Void) {
        self.beginObject()
        self.list(Field.services, services)
        self.revisionField(revision)
        self.endObject()
    }

    /// A page of a list under `name`: `services`, `instances`, `records`.
    ///
    /// - Parameters:
    ///   - nextCursor: nil at the end.
    ///   - elements: writes them one after another.
    public mutating func page(
        of name: StaticString, nextCursor: String?, revision: Revision? = nil, elements: (inout JSONWriter) -> Void
    ) {
        self.beginObject()
        self.list(name, elements)
        if let revision { self.revisionField(revision) }
        if let nextCursor {
            self.name(Field.nextCursor)
            self.string(nextCursor)
        }
        self.endObject()
    }

    /// The answer to Register and Update. The service is written without its instances.
    public mutating func instanceAnswer(
        service: ServiceDocument?, instance: Instance, of key: ServiceKey, revision: Revision, warnings: [String] = []
    ) {
        self.beginObject()
        if var service {
            service.instances = nil
            self.name(Field.service)
            self.service(service)
        }
        self.name(Field.instance)
        self.instance(instance, of: key)
        self.revisionField(revision)
        self.warningsField(warnings)
        self.endObject()
    }

    /// The answer to a batch.
    ///
    /// - Parameter results: writes one for each item, in order, with `batchItem` or `problem`.
    public mutating func batchAnswer(
        revision: Revision, warnings: [String] = [], results: (inout JSONWriter) -> Void
    ) {
        self.beginObject()
        self.list(Field.results, results)
        self.revisionField(revision)
        self.warningsField(warnings)
        self.endObject()
    }

    /// - Parameter status: the HTTP status that the item would have had as a request of its own.
    public mutating func batchItem(status: Int, key: InstanceKey, revision: Revision) {
        self.beginObject()
        self.name(Field.status)
        self.integer(status)
        self.name(Field.serviceID)
        self.serviceID(key.service)
        self.name(Field.instanceID)
        self.string(key.id)
        self.revisionField(revision)
        self.endObject()
    }

    public mutating func heartbeatAnswer(_ answer: HeartbeatAnswer) {
        self.beginObject()
        self.name(Field.renewed)
        self.integer(answer.renewed)
        self.list(Field.unknown) { writer in
            for item in answer.unknown { writer.reference(item) }
        }
        self.list(Field.stale) { writer in
            for item in answer.stale { writer.reference(item) }
        }
        self.warningsField(answer.warnings)
        self.endObject()
    }

    /// The answer to select: one instance, or null, and why.
    public mutating func selection(_ document: SelectionDocument) {
        self.beginObject()
        self.name(Field.serviceID)
        self.serviceID(document.service)
        self.name(Field.instance)
        if let instance = document.instance { self.instance(instance, of: document.service) } else { self.null() }
        if let weight = document.effectiveWeight {
            self.name(Field.effectiveWeight)
            self.number(weight)
        }
        self.name(Field.strategy)
        self.string(document.strategy)
        self.name(Field.code)
        self.string(document.code)
        self.name(Field.reason)
        self.string(document.reason)
        self.name(Field.considered)
        self.integer(document.considered)
        self.list(Field.steps) { writer in
            for step in document.steps {
                writer.beginObject()
                writer.name(Field.stage)
                writer.string(step.stage)
                writer.name(Field.remaining)
                writer.integer(step.remaining)
                writer.endObject()
            }
        }
        self.revisionField(document.revision)
        self.endObject()
    }

    public mutating func namespaces(_ namespaces: [NamespaceDocument]) {
        self.beginObject()
        self.list(Field.namespaces) { writer in
            for namespace in namespaces { writer.namespace(namespace) }
        }
        self.endObject()
    }

    /// `{name, services, instances}`, an element of the list of namespaces.
    public mutating func namespace(_ document: NamespaceDocument) {
        self.beginObject()
        self.name(Field.name)
        self.string(document.name)
        self.name(Field.services)
        self.integer(document.services)
        self.name(Field.instances)
        self.integer(document.instances)
        self.endObject()
    }

    public mutating func version(_ document: VersionDocument) {
        self.beginObject()
        self.name(Field.version)
        self.string(document.version)
        self.name(Field.registryID)
        self.string(document.registryID)
        self.endObject()
    }

    /// A problem as RFC 9457 has it: a whole body, or an item of a batch's answer. `errors` is there when fields are at fault.
    public mutating func problem(_ problem: ProblemDocument) {
        self.beginObject()
        self.name(Field.type)
        self.string(problem.type)
        self.name(Field.title)
        self.string(problem.title)
        self.name(Field.status)
        self.integer(problem.status)
        self.name(Field.detail)
        self.string(problem.detail)
        self.name(Field.code)
        self.string(problem.code)
        if !problem.errors.isEmpty {
            self.list(Field.errors) { writer in
                for error in problem.errors {
                    writer.beginObject()
                    writer.name(Field.field)
                    writer.string(error.field)
                    writer.name(Field.message)
                    writer.string(error.message)
                    writer.endObject()
                }
            }
        }
        self.endObject()
    }
}
