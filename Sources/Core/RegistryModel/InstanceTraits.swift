/// The fields of a spec in which the instances of a service mostly agree.
struct InstanceTraits: Sendable, Hashable {
    var `protocol`: String
    var version: String
    var tags: [String]
    var locality: Locality
    var ports: [NamedPort]
    var ttl: Lifetime?
    var checks: [HealthCheck]
    var deregisterAfter: Lifetime?
    var warmUp: TimeSpan?
}

/// A value that equal ones can share the storage of. Changing one leaves the others as they are.
struct Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    private final class Storage: Sendable {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { self.storage = Storage(value) }

    var value: Value { self.storage.value }

    mutating func change(_ body: (inout Value) -> Void) {
        var value = self.storage.value
        body(&value)
        self.storage = Storage(value)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }

    func hash(into hasher: inout Hasher) { self.storage.value.hash(into: &hasher) }
}
