import NIOHTTP1
public import RegistryModel

/// What the server answered: the value, the bytes it was read from, and how fresh it is.
public struct Answer<Value: Sendable>: Sendable {
    public var value: Value
    /// The HTTP status: 201 for an instance that was not on the roll before.
    public var status: Int
    /// The node that answered.
    public var address: ServerAddress
    /// The body as it came: JSON; empty when the answer has none.
    public var body: [UInt8]
    /// Names this state of the service, or of the one instance asked for (`ETag`), for `ifMatch`; nil where the answer has none.
    public var entityTag: String?
    /// What the node that answered has applied (`Rollcall-Revision`); nil where the answer does not say.
    public var revision: Revision?
    /// The registry that `revision` is of (`Rollcall-Registry`): revisions of another one cannot be compared with it. Nil where the answer
    /// does not say.
    public var registry: String?
    /// The time since that node's store last confirmed (`Rollcall-Age`); nil where the answer does not say.
    public var age: TimeSpan?
    /// `live`, `cache` or `file` (`Rollcall-Source`); empty where the answer does not say.
    public var source: String

    /// How many suspects are in the answer (`Rollcall-Protected`).
    public var suspects: Int

    init(_ value: Value, _ reply: HTTPTransport.Reply) {
        self.value = value
        self.status = reply.status
        self.address = reply.address
        self.body = reply.body
        self.entityTag = reply.headers.first(name: "ETag")
        self.revision = reply.headers.first(name: "Rollcall-Revision").flatMap { Int64($0) }.map { Revision($0) }
        self.registry = reply.headers.registry
        self.age = reply.headers.first(name: "Rollcall-Age").flatMap { Int64($0) }.map { TimeSpan(milliseconds: $0) }
        self.suspects = reply.headers.first(name: "Rollcall-Protected").flatMap { Int($0) } ?? 0
        self.source = reply.headers.first(name: "Rollcall-Source") ?? ""
    }
}
