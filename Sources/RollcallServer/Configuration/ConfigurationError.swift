public import RegistryModel

/// Why a server does not start with the configuration it was given: every fault at once.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Each names a key, flag, variable or file, and what it should be. None tells a secret.
    public let faults: [FieldError]

    public init(faults: [FieldError]) {
        self.faults = faults
    }

    init(_ field: String, _ message: String) {
        self.init(faults: [FieldError(field: field, message: message)])
    }

    /// A sentence on a line for each fault.
    public var description: String {
        self.faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n")
    }
}
