public import HTTPTypes
public import NIOCore
import NIOHTTP1
public import RegistryJSON
public import RegistryModel

/// An error as HTTP says it: a status and a problem document (RFC 9457).
public struct Problem: Sendable {
    public static let contentType = "application/problem+json"

    public let status: HTTPResponse.Status
    public let error: RegistryError

    public init(_ error: RegistryError) {
        self.status = error.code.status
        self.error = error
    }

    init(_ error: RegistryError, status: HTTPResponse.Status) {
        self.status = status
        self.error = error
    }

    /// Seconds for `Retry-After`: always there with 429 and 503, rounded up, at least 1.
    public var retryAfterSeconds: Int64? {
        if let span = self.error.retryAfter { return max(1, (span.milliseconds + 999) / 1_000) }
        return self.status == .tooManyRequests || self.status == .serviceUnavailable ? 1 : nil
    }

    public var document: ProblemDocument {
        ProblemDocument(self.error, status: self.status.code, title: self.status.reasonPhrase)
    }

    /// The whole body of the answer.
    public var body: ByteBuffer {
        var writer = JSONWriter(capacity: 512)
        writer.problem(self.document)
        return ByteBuffer(writer)
    }
}

extension Problem {
    /// The answer to bytes that are not an HTTP request, or one whose header is over the limits.
    init(notHTTP fault: HTTPParserError) {
        if case .headerOverflow = fault {
            self.init(
                RegistryError(.tooLarge, "The header is over the limit; send fewer or shorter fields."),
                status: .requestHeaderFieldsTooLarge)
        } else {
            self.init(RegistryError(.malformed, "This is not an HTTP/1.1 request: \(fault)."))
        }
    }
}

/// A request that does not say once which host it is for (RFC 9112, section 3.2).
enum HostFault: Error {
    case missing
    case repeated

    /// Nil for a request without this fault; HTTP/1.0 knows no `Host`.
    init?(_ head: HTTPRequestHead) {
        switch head.headers["host"].count {
        case 0 where head.version != .http1_0: self = .missing
        case 0, 1: return nil
        default: self = .repeated
        }
    }
}

extension Problem {
    init(_ fault: HostFault) {
        let rule =
            switch fault {
            case .missing: "is missing; HTTP/1.1 asks for it"
            case .repeated: "is given more than once; give it once"
            }
        self.init(
            RegistryError(.malformed, "Host \(rule).", fields: [FieldError(field: "Host", message: rule)]))
    }
}

extension RegistryError.Code {
    /// The status that every HTTP dialect of ours answers with.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformed, .unknownParameter: .badRequest
        case .notFound, .unknownService, .unknownInstance, .unknownOverride, .unknownSubscription, .unknownWatch,
            .notProtected:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict, .staleIncarnation, .tooManySubscriptions: .conflict
        case .preconditionFailed: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalid, .unsupportedCheck: .unprocessableContent
        case .shed: .tooManyRequests
        case .storeUnavailable, .storeFull, .notReady, .behind: .serviceUnavailable
        case .timeout: .requestTimeout
        default: .internalServerError
        }
    }
}
