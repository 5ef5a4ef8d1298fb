public import HTTPTypes
public import HummingbirdCore
public import NIOCore
public import RegistryJSON
public import RegistryModel

extension ByteBuffer {
    /// What has been written, copied once.
    public init(_ writer: borrowing JSONWriter) {
        self = writer.withBytes { ByteBuffer(bytes: $0) }
    }
}

extension HTTPField.Name {
    /// What this node has applied.
    public static let rollcallRevision = Self("Rollcall-Revision")!
    /// The id of the registry that an answer is of: revisions of another one cannot be compared with these.
    public static let rollcallRegistry = Self("Rollcall-Registry")!
    /// Milliseconds since the store last confirmed.
    public static let rollcallAge = Self("Rollcall-Age")!
    /// Where the answer comes from: `live`.
    public static let rollcallSource = Self("Rollcall-Source")!
    /// How many suspects are in the answer; there only when some are.
    public static let rollcallProtected = Self("Rollcall-Protected")!
    /// The name of a stream of events.
    public static let rollcallWatchID = Self("Rollcall-Watch-Id")!
    /// Who asks, in its own words.
    public static let rollcallClient = Self("Rollcall-Client")!
    /// What a reader has seen already, perhaps of another node.
    public static let rollcallMinRevision = Self("Rollcall-Min-Revision")!
    /// The last event that a resuming reader has seen.
    public static let lastEventID = Self("Last-Event-ID")!
}

extension Response {
    /// A body of JSON.
    public static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], capacity: Int = 1_024,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: capacity)
        write(&writer)
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(writer)))
    }

    /// An error as a problem.
    public init(_ error: RegistryError) {
        let problem = Problem(error)
        var headers: HTTPFields = [.contentType: Problem.contentType, .cacheControl: "no-store"]
        if let seconds = problem.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        self.init(status: problem.status, headers: headers, body: ResponseBody(byteBuffer: problem.body))
    }

    /// 404 for a path that there is not; the hint says where to look.
    public static func unknownPath(hint: String) -> Response {
        Response(RegistryError(.notFound, "Nothing is at this path; \(hint)."))
    }

    /// 405, with the methods that there are.
    public static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> Response {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        let name = FieldCheck.excerpt(method.rawValue)
        var response = Response(RegistryError(.methodNotAllowed, "\(name) is not possible here; use \(list)."))
        response.headers[.allow] = list
        return response
    }
}
