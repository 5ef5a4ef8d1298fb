public import RegistryModel

/// Why an operation of the client failed. Decide by ``code``; show ``description``.
public struct RollcallClientError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String { case badConfiguration, unreachable, timeout, refused, badAnswer, cancelled }
        private let base: Base

        /// An address, a token or a query of the caller's cannot be used. Nothing was sent.
        public static let badConfiguration = Self(base: .badConfiguration)
        /// No connection, or it was lost before the answer was complete. Try again later.
        public static let unreachable = Self(base: .unreachable)
        /// The answer did not come in time. It may have been carried out all the same.
        public static let timeout = Self(base: .timeout)
        /// The server answered with a problem: see ``RollcallClientError/problem``.
        public static let refused = Self(base: .refused)
        /// What answered does not speak Rollcall's API.
        public static let badAnswer = Self(base: .badAnswer)
        /// The task was cancelled.
        public static let cancelled = Self(base: .cancelled)

        public var description: String { self.base.rawValue }
    }

    /// The server's own words (RFC 9457).
    public struct Problem: Sendable, Hashable {
        /// The HTTP status.
        public var status: Int
        /// The stable code, such as `unknown_service`; empty when it gave none.
        public var code: String
        /// A sentence that says what to do.
        public var detail: String
        /// Every field at fault.
        public var fields: [FieldError]
        /// When to try again, where the server said so.
        public var retryAfter: TimeSpan?

        public init(
            status: Int, code: String, detail: String, fields: [FieldError] = [], retryAfter: TimeSpan? = nil
        ) {
            self.status = status
            self.code = code
            self.detail = detail
            self.fields = fields
            self.retryAfter = retryAfter
        }
    }

    public let code: Code
    /// A sentence for people.
    public let message: String
    /// What the server said; nil unless ``code`` is ``Code/refused``.
    public let problem: Problem?

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        self.problem = nil
    }

    public init(_ problem: Problem) {
        self.code = .refused
        self.message = problem.detail.isEmpty ? "The server answered with status \(problem.status)." : problem.detail
        self.problem = problem
    }

    /// The sentence, and on a line of its own each field at fault that the sentence does not name already.
    public var description: String {
        let fields = (self.problem?.fields ?? []).filter { self.message != "\($0.field) \($0.message)." }
        return ([self.message] + fields.map { "  \($0.field) \($0.message)" }).joined(separator: "\n")
    }

    /// Whether the server said this of the service or instance: it is not there.
    public var isNotFound: Bool { self.problem?.status == 404 }

    static let cancelled = RollcallClientError(.cancelled, "The operation was cancelled.")
}
