/// A further port of an instance, under a name.
public struct NamedPort: Sendable, Hashable {
    public var name: String
    public var port: UInt16

    public init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}
