import HTTPSupport
import HTTPTypes
import HummingbirdCore
import NIOCore
import RegistryCatalog
import RegistryCluster
import RegistryJSON
import RegistryModel

/// The server itself: version, probes, and the description of this API.
struct ServerRoutes {
    let context: APIContext

    var operations: [Operation] {
        [
            Operation("version", .get, "/v1/version", readsRoll: false) { _ in self.version() },
            Operation("livez", .get, "/livez", needsCatalog: false) { _ in Self.text(.ok, "ok\n") },
            Operation("readyz", .get, "/readyz", [QueryParameter("verbose")], needsCatalog: false) {
                try self.ready(&$0)
            },
            Operation("openapi", .get, "/openapi.json", needsCatalog: false) { _ in Self.openAPI },
        ]
    }

    private func version() -> Response {
        let document = VersionDocument(
            version: self.context.configuration.version, registryID: self.context.catalog.registryID)
        return .json(headers: self.context.headers()) { $0.version(document) }
    }

    /// Ready once the catalogue is loaded, and so while the store is away: reads go on. Not from the start of a graceful stop.
    private func ready(_ request: inout APIRequest) throws(RegistryError) -> Response {
        let isLoaded = self.context.catalog.isLoaded
        let isStopping = self.context.isStopping
        let isReady = isLoaded && !isStopping
        let isVerbose = request.query.flag("verbose")
        try request.query.check()
        guard isReady || isVerbose else {
            let why = isStopping ? "The server is stopping." : "The server is loading its catalogue."
            return Response(RegistryError(.notReady, "\(why) Ask another one, or again later."))
        }
        let text = isVerbose ? self.details(isLoaded: isLoaded, isStopping: isStopping) : ""
        var response = Self.text(isReady ? .ok : .serviceUnavailable, text + (isReady ? "ok\n" : "not ready\n"))
        if !isReady { response.headers[.retryAfter] = "1" }
        return response
    }

    /// One line for each thing that was looked at.
    private func details(isLoaded: Bool, isStopping: Bool) -> String {
        let catalog = self.context.catalog
        var lines = [
            "catalogue: \(isLoaded ? "loaded" : "loading")", "server: \(isStopping ? "stopping" : "running")",
            "store: \(catalog.storeError.map { "unavailable: \($0.message)" } ?? "ok")", "source: \(catalog.source)",
        ]
        if let sample = self.context.cluster?.sample {
            lines.append("members: \(sample.members)\(sample.isCutOff ? ", this node is cut off" : "")")
            lines.append("obstacle: \(sample.obstacle?.message ?? "none")")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        let headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let openAPI = Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "max-age=3600"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: OpenAPIDocument.text)))
}
