import RegistryModel

/// Readers of subscribers and of drains.
extension BodyReader {
    mutating func subscriber() throws(JSONError) -> SubscriberDocument? {
        guard try self.beginObject() else { return nil }
        var id: String?
        var document = SubscriberDocument(id: "", kind: "", client: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.id: id = try self.string()
            case Field.kind: document.kind = try self.string() ?? ""
            case Field.client: document.client = try self.string() ?? ""
            case Field.scope: document.scope = try self.string() ?? ""
            case Field.since: document.since = try self.timestamp()
            case Field.delivered: document.delivered = try self.revision()
            case Field.confirmed: document.confirmed = try self.revision()
            case Field.connected: document.isConnected = try self.bool() ?? true
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.id, id).map {
            document.id = $0
            return document
        }
    }

    mutating func drainAnswer() throws(JSONError) -> DrainAnswer? {
        guard try self.beginObject() else { return nil }
        var revision: Revision?
        var isComplete: Bool?
        var answer = DrainAnswer(revision: .zero, isComplete: false)
        while let key = try self.nextKey() {
            switch key {
            case Field.revision: revision = try self.revision()
            case Field.complete: isComplete = try self.bool()
            case Field.confirmed: answer.confirmed = try self.subscribers()
            case Field.delivered: answer.delivered = try self.subscribers()
            case Field.pending: answer.pending = try self.subscribers()
            case Field.gone: answer.gone = try self.subscribers()
            case Field.nodes:
                answer.nodes = try self.elements { item throws(JSONError) in try item.drainNode() } ?? []
            default: try self.skipUnknown()
            }
        }
        guard let revision = self.required(Field.revision, revision),
            let isComplete = self.required(Field.complete, isComplete)
        else { return nil }
        answer.revision = revision
        answer.isComplete = isComplete
        return answer
    }

    private mutating func subscribers() throws(JSONError) -> [SubscriberDocument] {
        try self.elements { item throws(JSONError) in try item.subscriber() } ?? []
    }

    /// `{"revision": N}`: up to where a client has taken over what a stream told it.
    mutating func acknowledgement() throws(JSONError) -> Revision? {
        let earlierFaults = self.errors.count
        guard try self.beginObject() else { return nil }
        var revision: Revision?
        while let key = try self.nextKey() {
            switch key {
            case Field.revision: revision = try self.revision()
            default: try self.skipUnknown()
            }
        }
        if revision == nil {
            self.failMissing(
                Field.revision, "give the revision up to which all is taken over", unlessSaidSince: earlierFaults)
        }
        return revision
    }
}
