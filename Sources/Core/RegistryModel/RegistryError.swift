/// Why a request was not done. Frontends translate ``code``; nobody parses ``message``.
public struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, as clients see it in `code`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String {
            case malformed, unknown_parameter, not_found, unknown_service, unknown_instance, unknown_watch
            case unknown_override, unknown_subscription, too_many_subscriptions, not_protected
            case method_not_allowed, conflict
            case stale_incarnation, precondition_failed, too_large, unsupported_media_type, invalid, unsupported_check
            case shed, store_unavailable, store_full, not_ready, behind, timeout, internal_error
        }
        private let base: Base

        /// The request cannot be read. Do not retry; mend it.
        public static let malformed = Self(base: .malformed)
        /// A query parameter is not known. Do not retry; the message names the nearest one.
        public static let unknownParameter = Self(base: .unknown_parameter)
        /// Nothing is at this path.
        public static let notFound = Self(base: .not_found)
        /// The service was never seen. Do not retry; register an instance of it, or wait for it with `wait`.
        public static let unknownService = Self(base: .unknown_service)
        /// The instance is not on the roll. Register it again.
        public static let unknownInstance = Self(base: .unknown_instance)
        /// No operator has decided on this instance or service. Do not retry.
        public static let unknownOverride = Self(base: .unknown_override)
        /// The service is not protected, so there is nothing to lift.
        public static let notProtected = Self(base: .not_protected)
        /// There is no subscription of this id. Subscribe again.
        public static let unknownSubscription = Self(base: .unknown_subscription)
        /// The registry, or one service, has as many subscriptions as it may. Remove some.
        public static let tooManySubscriptions = Self(base: .too_many_subscriptions)
        /// No stream of this id is open, or was lately. Open it again.
        public static let unknownWatch = Self(base: .unknown_watch)
        /// The path has no such method.
        public static let methodNotAllowed = Self(base: .method_not_allowed)
        /// What was asked does not fit the present state. Read again, then decide again.
        public static let conflict = Self(base: .conflict)
        /// A later incarnation took this instance's place. Do not retry.
        public static let staleIncarnation = Self(base: .stale_incarnation)
        /// `If-Match` names another revision. Read again, then decide again.
        public static let preconditionFailed = Self(base: .precondition_failed)
        /// The body is over the limit. Split it.
        public static let tooLarge = Self(base: .too_large)
        /// The body is not JSON.
        public static let unsupportedMediaType = Self(base: .unsupported_media_type)
        /// Fields break the limits; `fields` names each. Do not retry; mend them.
        public static let invalid = Self(base: .invalid)
        /// A health check of a kind that this server does not make.
        public static let unsupportedCheck = Self(base: .unsupported_check)
        /// Too much is asked at once. Retry after the time given.
        public static let shed = Self(base: .shed)
        /// The store cannot be reached or written. Nothing was changed; retry after the time given.
        public static let storeUnavailable = Self(base: .store_unavailable)
        /// The store is full. Nothing was changed; retry after the time given.
        public static let storeFull = Self(base: .store_full)
        /// The server is starting or stopping. Retry after the time given.
        public static let notReady = Self(base: .not_ready)
        /// This node has not yet seen the revision asked for. Retry after the time given.
        public static let behind = Self(base: .behind)
        /// The request took longer than `server.timeout`.
        public static let timeout = Self(base: .timeout)
        /// A fault of the server's own. It is in its log.
        public static let internalError = Self(base: .internal_error)

        public var description: String { self.base.rawValue }
    }

    public let code: Code
    /// A sentence that tells the user what to do.
    public let message: String
    /// Every field at fault, when fields are.
    public let fields: [FieldError]
    /// When to try again, where that can help.
    public let retryAfter: TimeSpan?

    public init(_ code: Code, _ message: String, fields: [FieldError] = [], retryAfter: TimeSpan? = nil) {
        self.code = code
        self.message = message
        self.fields = fields
        self.retryAfter = retryAfter
    }

    public var description: String {
        let fields = self.fields.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        return "\(self.code): \(self.message)\(fields.isEmpty ? "" : " (\(fields))")"
    }

    /// The error for fields that break the limits.
    public static func invalid(_ fields: [FieldError]) -> RegistryError {
        let message =
            fields.count == 1
            ? "\(fields[0].field) \(fields[0].message)." : "\(fields.count) fields are at fault; `errors` names each."
        return RegistryError(.invalid, message, fields: fields)
    }

    public static func unknownService(_ key: ServiceKey) -> RegistryError {
        RegistryError(.unknownService, "No service \(key) has been seen; register an instance of it first.")
    }

    public static func unknownWatch(_ id: String) -> RegistryError {
        RegistryError(.unknownWatch, "No watch \(FieldCheck.excerpt(id)) is open on this node; open it again.")
    }

    public static func unknownInstance(_ key: InstanceKey) -> RegistryError {
        RegistryError(
            .unknownInstance, "No instance \(key.id) of service \(key.service) is on the roll; register it again.")
    }

    public static func unknownOverride(_ key: OverrideKey) -> RegistryError {
        let what = key.instance.map { "instance \($0) of service \(key.service)" } ?? "service \(key.service)"
        return RegistryError(
            .unknownOverride, "There is no override of \(what); list the overrides to see those there are.")
    }

    public static func notProtected(_ key: ServiceKey) -> RegistryError {
        RegistryError(.notProtected, "Service \(key) is not protected; there is nothing to lift.")
    }

    public static func unknownSubscription(_ id: String) -> RegistryError {
        RegistryError(
            .unknownSubscription, "No subscription \(FieldCheck.excerpt(id)) is there; it was removed or never made.")
    }
}
