public import RegistryModel

/// What came of reading the body of a request.
public struct Decoded<Value: Sendable>: Sendable {
    /// What was asked for; nil when a field is at fault.
    public var value: Value?
    /// Every field at fault, up to ``BodyLimits/errors``.
    public var errors: [FieldError]
    /// The paths of fields that are not known and were ignored, up to ``BodyLimits/warnings``.
    public var warnings: [String]

    public init(value: Value?, errors: [FieldError] = [], warnings: [String] = []) {
        self.value = value
        self.errors = errors
        self.warnings = warnings
    }

    /// The value, or the error `invalid` that names every field at fault.
    public func get() throws(RegistryError) -> Value {
        guard let value = self.value, self.errors.isEmpty else { throw RegistryError.invalid(self.errors) }
        return value
    }
}

/// How much is said about one body, so that a small request cannot cause a large answer.
public enum BodyLimits {
    /// Field errors that one body collects. In a batch an item that is at fault always has its first one.
    public static let errors = 1_000
    /// Paths of ignored fields that one body lists.
    public static let warnings = 32
}

/// An instance that a batch names, and the incarnation that asks.
public struct InstanceReference: Sendable, Hashable {
    public var key: InstanceKey
    public var incarnation: Int64?

    public init(key: InstanceKey, incarnation: Int64? = nil) {
        self.key = key
        self.incarnation = incarnation
    }
}
