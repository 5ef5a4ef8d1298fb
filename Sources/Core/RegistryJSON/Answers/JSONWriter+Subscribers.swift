public import RegistryModel

extension JSONWriter {
    /// A subscriber, an element of the list of a service's.
    public mutating func subscriber(_ document: SubscriberDocument, warnings: [String] = []) {
        self.beginObject()
        self.nameFields(document)
        self.name(Field.scope)
        self.string(document.scope)
        self.timeField(Field.since, document.since)
        self.revisionOrNull(Field.delivered, document.delivered)
        self.revisionOrNull(Field.confirmed, document.confirmed)
        self.name(Field.connected)
        self.bool(document.isConnected)
        self.warningsField(warnings)
        self.endObject()
    }

    /// The answer to Drain.
    public mutating func drainAnswer(_ answer: DrainAnswer) {
        self.beginObject()
        self.name(Field.revision)
        self.integer(answer.revision.rawValue)
        self.name(Field.complete)
        self.bool(answer.isComplete)
        for (name, subscribers) in [
            (Field.confirmed, answer.confirmed), (Field.delivered, answer.delivered), (Field.pending, answer.pending),
            (Field.gone, answer.gone),
        ] {
            self.list(name) { writer in
                for subscriber in subscribers {
                    writer.beginObject()
                    writer.nameFields(subscriber)
                    writer.endObject()
                }
            }
        }
        if !answer.nodes.isEmpty {
            self.list(Field.nodes) { writer in
                for node in answer.nodes { writer.drainNode(node) }
            }
        }
        self.endObject()
    }

    /// The body of `PUT /v1/watches/{id}`.
    public mutating func acknowledgement(_ revision: Revision) {
        self.beginObject()
        self.name(Field.revision)
        self.integer(revision.rawValue)
        self.endObject()
    }

    private mutating func nameFields(_ document: SubscriberDocument) {
        self.name(Field.id)
        self.string(document.id)
        self.name(Field.kind)
        self.string(document.kind)
        self.name(Field.client)
        self.string(document.client)
    }

    private mutating func revisionOrNull(_ name: StaticString, _ revision: Revision?) {
        self.name(name)
        if let revision { self.integer(revision.rawValue) } else { self.null() }
    }
}
