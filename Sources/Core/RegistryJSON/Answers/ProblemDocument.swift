public import RegistryModel

/// An error as every answer shows it: a problem of RFC 9457, with our code and the fields at fault.
public struct ProblemDocument: Error, Sendable, Hashable, CustomStringConvertible {
    /// Says nothing beyond the status, as RFC 9457 section 4.2.1 has it; `code` is what programs look at.
    public static let blankType = "about:blank"

    public var type: String
    /// The phrase of the status: `Not Found`.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// A sentence that tells the user what to do.
    public var detail: String
    /// As `RegistryError.Code` spells it, or as a newer server does.
    public var code: String
    public var errors: [FieldError]

    public init(
        type: String = ProblemDocument.blankType, title: String, status: Int, detail: String, code: String,
        errors: [FieldError] = []
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        self.errors = errors
    }

    public init(_ error: RegistryError, status: Int, title: String) {
        self.init(
            title: title, status: status, detail: error.message, code: error.code.description, errors: error.fields)
    }

    public var description: String {
        let fields = self.errors.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        return "\(self.code): \(self.detail)\(fields.isEmpty ? "" : " (\(fields))")"
    }
}
