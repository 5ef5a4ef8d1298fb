import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryModel

/// One operation of the API: where it is, what it knows, and how it is done. The OpenAPI document has the same operations, and a
/// test holds the two against each other.
struct Operation: Routed {
    /// What is done for a request. A `RegistryError` that it throws becomes a problem.
    typealias Handler = @Sendable (inout APIRequest) async throws -> Response

    /// Names it in the metrics and as `operationId`.
    let name: String
    let method: HTTPRequest.Method
    let path: PathTemplate
    let parameters: [QueryParameter]
    /// Whether it can be done before the catalogue is loaded.
    let needsCatalog: Bool
    /// Whether it shows the roll, and so waits for what `Rollcall-Min-Revision` names.
    let readsRoll: Bool
    let handler: Handler

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, _ parameters: [QueryParameter] = [],
        needsCatalog: Bool = true, readsRoll: Bool = true, _ handler: @escaping Handler
    ) {
        self.name = name
        self.method = method
        self.path = PathTemplate(path)
        self.parameters = parameters
        self.needsCatalog = needsCatalog
        self.readsRoll = readsRoll && needsCatalog && method == .get
        self.handler = handler
    }
}

/// A request, once it is known which operation it asks for.
struct APIRequest {
    let exchange: Exchange
    let names: PathNames
    var query: Query

    /// The body as JSON; a read of one of these throws `malformed` when it is none.
    func body(limit: Int) async throws -> RequestBytes {
        RequestBytes(buffer: try await self.exchange.jsonBody(limit: limit))
    }

    /// A header's value; nil when it is not there.
    func header(_ name: HTTPField.Name) -> String? { self.exchange.request.headers[name] }
}

/// The parameters that several operations know.
enum Parameters {
    static let namespace = [QueryParameter("namespace")]
    static let page = [QueryParameter("limit"), QueryParameter("cursor")]
    static let incarnation = [QueryParameter("incarnation")]
}
