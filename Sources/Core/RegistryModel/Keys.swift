/// What names a service: its namespace and its name.
public struct ServiceKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public static let defaultNamespace = "default"

    public let namespace: String
    public let name: String

    public init(namespace: String = ServiceKey.defaultNamespace, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`, the `id` of a service in every answer.
    public var description: String { "\(self.namespace)/\(self.name)" }

    /// Namespace first, then name: the order of every list.
    public static func < (left: ServiceKey, right: ServiceKey) -> Bool {
        left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
    }
}

/// What names an instance: its service, and its id within it.
public struct InstanceKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let service: ServiceKey
    public let id: String

    public init(service: ServiceKey, id: String) {
        self.service = service
        self.id = id
    }

    /// `namespace/service/id`, the `id` of a health record.
    public var description: String { "\(self.service)/\(self.id)" }

    public static func < (left: InstanceKey, right: InstanceKey) -> Bool {
        left.service == right.service ? left.id < right.id : left.service < right.service
    }
}
