public import RegistryModel

/// Every instance of a service, in an answer of discover or not, at which stage and why.
public struct ExplanationDocument: Sendable, Hashable {
    /// One thing that is so: a code for programs, a sentence for people.
    public struct Reason: Sendable, Hashable {
        public var code: String
        public var text: String

        public init(code: String, text: String) {
            self.code = code
            self.text = text
        }
    }

    public struct Instance: Sendable, Hashable {
        public var id: String
        /// Whether the query lists it.
        public var isListed: Bool
        /// Whether select, asked the same, may choose it.
        public var isSelectable: Bool
        /// Where it was let go: `filter`, `health`, `override`, `status` or `weight`; `strategy` when it was not.
        public var stage: String
        /// What decided.
        public var reason: Reason
        /// What is true besides.
        public var notes: [Reason]
        /// The effective one.
        public var status: InstanceStatus
        public var health: HealthState

        public init(
            id: String, isListed: Bool, isSelectable: Bool, stage: String, reason: Reason, notes: [Reason] = [],
            status: InstanceStatus = .up, health: HealthState = .up
        ) {
            self.id = id
            self.isListed = isListed
            self.isSelectable = isSelectable
            self.stage = stage
            self.reason = reason
            self.notes = notes
            self.status = status
            self.health = health
        }
    }

    public var service: ServiceKey
    public var revision: Revision
    /// How many the query lists.
    public var listed: Int
    /// In the order of their ids.
    public var instances: [Instance]
    /// What left the roll lately, the latest first.
    public var departed: [HistoryRecord]
    /// What could not be said, in sentences.
    public var warnings: [String]

    public init(
        service: ServiceKey, revision: Revision, listed: Int = 0, instances: [Instance] = [],
        departed: [HistoryRecord] = [], warnings: [String] = []
    ) {
        self.service = service
        self.revision = revision
        self.listed = listed
        self.instances = instances
        self.departed = departed
        self.warnings = warnings
    }
}

extension JSONWriter {
    /// The answer to explain.
    public mutating func explanation(_ document: ExplanationDocument) {
        self.beginObject()
        self.name(Field.serviceID)
        self.serviceID(document.service)
        self.name(Field.listed)
        self.integer(document.listed)
        self.name(Field.considered)
        self.integer(document.instances.count)
        self.list(Field.instances) { writer in
            for instance in document.instances { writer.explained(instance) }
        }
        self.list(Field.departed) { writer in
            for record in document.departed { writer.record(record) }
        }
        self.revisionField(document.revision)
        self.warningsField(document.warnings)
        self.endObject()
    }

    private mutating func explained(_ instance: ExplanationDocument.Instance) {
        self.beginObject()
        self.name(Field.id)
        self.string(instance.id)
        self.name(Field.listed)
        self.bool(instance.isListed)
        self.name(Field.selectable)
        self.bool(instance.isSelectable)
        self.name(Field.status)
        self.string(instance.status.text)
        self.name(Field.health)
        self.string(instance.health.text)
        self.name(Field.stage)
        self.string(instance.stage)
        self.reasonFields(instance.reason)
        self.list(Field.notes) { writer in
            for note in instance.notes {
                writer.beginObject()
                writer.reasonFields(note)
                writer.endObject()
            }
        }
        self.endObject()
    }

    private mutating func reasonFields(_ reason: ExplanationDocument.Reason) {
        self.name(Field.code)
        self.string(reason.code)
        self.name(Field.reason)
        self.string(reason.text)
    }
}
