public import RegistryModel

/// Reads the bodies of answers, for clients. Unknown fields and spellings are passed over, since a newer server may send more.
///
/// Throws `JSONError` for what is not JSON or lacks what every server of ours says.
public enum AnswerBody {
    public static func discover(_ bytes: Span<UInt8>) throws(JSONError) -> DiscoverAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.discoverAnswer() }
    }

    public static func service(_ bytes: Span<UInt8>) throws(JSONError) -> ServiceDocument {
        try self.read(bytes) { body throws(JSONError) in try body.service() }
    }

    /// An instance as a whole body: `GET …/instances/{instance}`.
    public static func instance(_ bytes: Span<UInt8>) throws(JSONError) -> Instance {
        try self.read(bytes) { body throws(JSONError) in try body.instance() }
    }

    /// The answer to Register and Update.
    public static func instanceAnswer(_ bytes: Span<UInt8>) throws(JSONError) -> InstanceAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.instanceAnswer() }
    }

    public static func batch(_ bytes: Span<UInt8>) throws(JSONError) -> BatchAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.batchAnswer() }
    }

    public static func heartbeats(_ bytes: Span<UInt8>) throws(JSONError) -> HeartbeatAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.heartbeatAnswer() }
    }

    public static func services(_ bytes: Span<UInt8>) throws(JSONError) -> Page<ServiceDocument> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.services) { item throws(JSONError) in try item.service() }
        }
    }

    public static func instances(_ bytes: Span<UInt8>) throws(JSONError) -> Page<Instance> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.instances) { item throws(JSONError) in try item.instance() }
        }
    }

    public static func history(_ bytes: Span<UInt8>) throws(JSONError) -> Page<HistoryRecord> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.records) { item throws(JSONError) in try item.historyRecord() }
        }
    }

    public static func namespaces(_ bytes: Span<UInt8>) throws(JSONError) -> [NamespaceDocument] {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.namespaces) { item throws(JSONError) in try item.namespace() }?.elements
        }
    }

    public static func health(_ bytes: Span<UInt8>) throws(JSONError) -> HealthDocument {
        try self.read(bytes) { body throws(JSONError) in try body.health() }
    }

    public static func serviceHealth(_ bytes: Span<UInt8>) throws(JSONError) -> ServiceHealthDocument {
        try self.read(bytes) { body throws(JSONError) in try body.serviceHealth() }
    }

    public static func selection(_ bytes: Span<UInt8>) throws(JSONError) -> SelectionDocument {
        try self.read(bytes) { body throws(JSONError) in try body.selection() }
    }

    public static func explanation(_ bytes: Span<UInt8>) throws(JSONError) -> ExplanationDocument {
        try self.read(bytes) { body throws(JSONError) in try body.explanation() }
    }

    /// The answer to `PUT …/override`.
    public static func override(_ bytes: Span<UInt8>) throws(JSONError) -> OverrideDocument {
        try self.read(bytes) { body throws(JSONError) in try body.overrideAnswer() }
    }

    public static func overrides(_ bytes: Span<UInt8>) throws(JSONError) -> Page<OverrideDocument> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.overrides) { item throws(JSONError) in try item.overrideDocument() }
        }
    }

    /// The answer to making or reviving a subscription, or one as a whole body.
    public static func subscription(_ bytes: Span<UInt8>) throws(JSONError) -> SubscriptionAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.subscriptionAnswer() }
    }

    public static func subscriptions(_ bytes: Span<UInt8>) throws(JSONError) -> Page<SubscriptionDocument> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.subscriptions) { item throws(JSONError) in
                try item.subscriptionAnswer()?.subscription
            }
        }
    }

    /// A page of a service's subscribers.
    public static func subscribers(_ bytes: Span<UInt8>) throws(JSONError) -> Page<SubscriberDocument> {
        try self.read(bytes) { body throws(JSONError) in
            try body.page(of: Field.subscribers) { item throws(JSONError) in try item.subscriber() }
        }
    }

    public static func subscriber(_ bytes: Span<UInt8>) throws(JSONError) -> SubscriberDocument {
        try self.read(bytes) { body throws(JSONError) in try body.subscriber() }
    }

    /// The answer to Drain.
    public static func drain(_ bytes: Span<UInt8>) throws(JSONError) -> DrainAnswer {
        try self.read(bytes) { body throws(JSONError) in try body.drainAnswer() }
    }

    /// How the cluster is.
    public static func cluster(_ bytes: Span<UInt8>) throws(JSONError) -> ClusterDocument {
        try self.read(bytes) { body throws(JSONError) in try body.cluster() }
    }

    public static func version(_ bytes: Span<UInt8>) throws(JSONError) -> VersionDocument {
        try self.read(bytes) { body throws(JSONError) in try body.versionDocument() }
    }

    public static func protection(_ bytes: Span<UInt8>) throws(JSONError) -> ProtectionDocument {
        try self.read(bytes) { body throws(JSONError) in try body.protection() }
    }

    public static func problem(_ bytes: Span<UInt8>) throws(JSONError) -> ProblemDocument {
        try self.read(bytes) { body throws(JSONError) in try body.problem() }
    }

    /// The data of a watch's event of this name; nil for an event that this client does not know.
    public static func watchEvent(_ name: String, _ bytes: Span<UInt8>) throws(JSONError) -> WatchEventDocument? {
        switch name {
        case WatchEventDocument.Name.snapshot.description:
            try self.read(bytes) { body throws(JSONError) in try body.snapshotEvent() }
        case WatchEventDocument.Name.change.description:
            try self.read(bytes) { body throws(JSONError) in try body.changeEvent() }
        case WatchEventDocument.Name.gap.description:
            try self.read(bytes) { body throws(JSONError) in try body.gapEvent() }
        case WatchEventDocument.Name.synced.description:
            try self.read(bytes) { body throws(JSONError) in try body.syncedEvent() }
        default:
            nil
        }
    }

    private static func read<Value>(
        _ bytes: Span<UInt8>, _ read: (inout BodyReader) throws(JSONError) -> Value?
    ) throws(JSONError) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var body = BodyReader(buffer, isTolerant: true)
            let value = try read(&body)
            try body.json.finish()
            if let fault = body.errors.first {
                throw JSONError(offset: 0, message: "\(fault.field) \(fault.message)")
            }
            guard let value else { throw JSONError(offset: 0, message: "expected an object, but found null") }
            return value
        }
    }
}
