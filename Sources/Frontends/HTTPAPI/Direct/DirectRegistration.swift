import HTTPSupport
import HTTPTypes
import NIOCore
import NIOHTTP1
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// A sound registration of one instance, on its way to its commit.
struct DirectRegistration: Sendable {
    let registration: Registration
    let warnings: [String]
    let actor: String

    /// Nil when there is something wrong with the body, which the router then says.
    init?(_ body: ByteBuffer?, actor: String) {
        guard let body,
            let decoded = try? RequestBody.registration(body.readableBytesUInt8Span, defaultNamespace: nil),
            decoded.errors.isEmpty, let registration = decoded.value
        else { return nil }
        self.registration = registration
        self.warnings = decoded.warnings
        self.actor = actor
    }
}

extension DirectAnswers {
    /// The answer shows the service, which of a large one is worked out where that holds up nobody.
    private static let siblingLimit = 1_000

    /// Nil when the router must answer: also where it may change nothing, and other nodes may know better.
    func registration(_ body: ByteBuffer?, actor: String) -> DirectRegistration? {
        guard let direct = DirectRegistration(body, actor: actor) else { return nil }
        let catalog = self.context.catalog
        guard let service = catalog.snapshot(of: direct.registration.service) else { return direct }
        if catalog.isShared, service.instance(direct.registration.instanceID) != nil { return nil }
        return service.instances.count <= Self.siblingLimit ? direct : nil
    }

    /// The answer to a registration that is committed.
    func answer(_ direct: DirectRegistration, _ result: CommandResult?) -> Answer {
        let key = direct.registration.key
        guard let done = result, let record = done.instance else { return self.problem(.gone(key), of: self.register) }
        let service = self.context.catalog.snapshot(of: key.service).map { ServiceDocument($0) }
        var writer = JSONWriter(capacity: 1_024)
        writer.instanceAnswer(
            service: service, instance: record.instance, of: key.service, revision: done.revision,
            warnings: direct.warnings)
        return Answer(
            operation: self.register, status: done.created ? .created : .ok,
            headers: self.headers(length: String(writer.count), cache: "no-store"), body: ByteBuffer(writer))
    }

    func problem(_ error: RegistryError, of operation: OperationMetrics) -> Answer {
        let problem = Problem(error)
        let body = problem.body
        var headers = self.headers(length: String(body.readableBytes), cache: "no-store")
        headers.replaceOrAdd(name: "Content-Type", value: Problem.contentType)
        if let seconds = problem.retryAfterSeconds { headers.add(name: "Retry-After", value: String(seconds)) }
        return Answer(
            operation: operation, status: HTTPResponseStatus(statusCode: problem.status.code), headers: headers,
            body: body)
    }
}
