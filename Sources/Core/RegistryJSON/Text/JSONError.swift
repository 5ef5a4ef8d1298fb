public import RegistryModel

/// A text that is not JSON as RFC 8259 has it, or, in an answer, not of the shape that was expected.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The byte at fault, counted from 0.
    public let offset: Int
    /// What was expected there, or what is wrong, as a sentence without its end: "expected a comma or `}`".
    public let message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    public var description: String { "\(self.message), at byte \(self.offset)" }
}

extension RegistryError {
    /// The answer to a request whose body cannot be read: `malformed`.
    public init(_ error: JSONError) {
        self.init(.malformed, "The body is not valid JSON: \(error). Mend it; nothing was changed.")
    }
}
