import HTTPSupport
import NIOCore
import NIOHTTP1
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// What is asked most, answered without a task: discover's default view, heartbeats that only renew, and registrations of one
/// instance, whose answer waits for their commit. Where there are other nodes the answer to a heartbeat waits until they cannot miss it.
///
/// Everything here takes a few microseconds, so it is done on the event loop. Whatever is not exactly the common case is left to
/// the router, which gives the same answer.
struct DirectAnswers: Sendable {
    /// A request that may be answered directly.
    enum Candidate {
        case discover(ServiceKey)
        case renew(InstanceKey)
        case register
    }

    /// What becomes of a request that came whole.
    enum Verdict {
        case answer(Answer)
        /// It is answered when it is committed.
        case commit(DirectCommit)
        /// The router must answer.
        case passOn
    }

    struct Answer {
        let operation: OperationMetrics
        var status = HTTPResponseStatus.ok
        let headers: HTTPHeaders
        let body: ByteBuffer
    }

    /// A larger service is encoded, should it have to be, where that holds up nobody.
    private static let instanceLimit = 64
    /// Bytes of a heartbeat, or of a registration, that are looked at here.
    static let bodyLimit = 4_096

    let context: APIContext
    let register: OperationMetrics
    private let discover: OperationMetrics
    let renewal: OperationMetrics

    init(context: APIContext) {
        self.context = context
        self.discover = context.metrics.operation("discover")
        self.renewal = context.metrics.operation("report_health")
        self.register = context.metrics.operation("register")
    }

    // MARK: - Which requests

    func candidate(_ head: HTTPRequestHead) -> Candidate? {
        guard head.isKeepAlive, head.version == .http1_1 else { return nil }
        switch head.method {
        case .GET: return self.discovered(head)
        case .PUT: return self.renewed(head)
        case .POST: return self.registered(head)
        default: return nil
        }
    }

    private func discovered(_ head: HTTPRequestHead) -> Candidate? {
        guard let name = Self.names(in: head.uri).flatMap({ $0.count == 1 ? $0[0] : nil }),
            !head.headers.contains(name: "if-none-match"), !head.headers.contains(name: "content-length"),
            !head.headers.contains(name: "transfer-encoding"), !head.headers.contains(name: "expect"),
            !head.headers.contains(name: "rollcall-min-revision")
        else { return nil }
        return .discover(ServiceKey(name: name))
    }

    private func renewed(_ head: HTTPRequestHead) -> Candidate? {
        guard let names = Self.names(in: head.uri), names.count == 4, names[1] == "instances", names[3] == "health",
            Self.hasPlainBody(head)
        else { return nil }
        return .renew(InstanceKey(service: ServiceKey(name: names[0]), id: names[2]))
    }

    private func registered(_ head: HTTPRequestHead) -> Candidate? {
        head.uri == "/v1/instances" && Self.hasPlainBody(head) ? .register : nil
    }

    /// Whether the body is short and of JSON, and the request says nothing that would have to be looked at.
    private static func hasPlainBody(_ head: HTTPRequestHead) -> Bool {
        guard let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length <= self.bodyLimit,
            length == 0 || head.headers.first(name: "content-type") == "application/json"
        else { return false }
        return !head.headers.contains(name: "rollcall-client") && !head.headers.contains(name: "expect")
    }

    /// The segments after `/v1/services/` of a path without query and escapes; nil for any other.
    private static func names(in uri: String) -> [String]? {
        let prefix = "/v1/services/"
        guard uri.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = uri.utf8.dropFirst(prefix.utf8.count)
        guard rest.allSatisfy({ $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "#") }) else {
            return nil
        }
        return rest.split(separator: UInt8(ascii: "/"), maxSplits: 4, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    // MARK: - Answers

    /// - Parameter peer: the client's address.
    func verdict(_ candidate: Candidate, _ head: HTTPRequestHead, body: ByteBuffer?, peer: String) -> Verdict {
        guard self.context.catalog.isLoaded else { return .passOn }
        return switch candidate {
        case .discover(let key): self.discover(key, head).map { .answer($0) } ?? .passOn
        case .renew(let key): self.renew(key, body)
        case .register: self.registration(body, actor: peer).map { .commit(.registration($0)) } ?? .passOn
        }
    }

    /// A name that breaks the rules is not in the catalogue, and so goes to the router.
    private func discover(_ key: ServiceKey, _ head: HTTPRequestHead) -> Answer? {
        guard let snapshot = self.context.catalog.snapshot(of: key), snapshot.instances.count <= Self.instanceLimit
        else {
            return nil
        }
        var body = self.context.bodies.plain(snapshot)
        var isCompressed = false
        if body.bytes.readableBytes >= Gzip.threshold, let field = head.headers.first(name: "accept-encoding"),
            Gzip.isAccepted(by: field)
        {
            let compressed = self.context.bodies.compressed(snapshot)
            isCompressed = compressed !== body
            body = compressed
        }
        var headers = self.headers(length: body.length, cache: "no-cache")
        headers.add(name: "ETag", value: body.tag)
        headers.add(name: "Vary", value: "Accept-Encoding")
        if isCompressed { headers.add(name: "Content-Encoding", value: "gzip") }
        if body.suspects > 0 { headers.add(name: "Rollcall-Protected", value: String(body.suspects)) }
        return Answer(operation: self.discover, headers: headers, body: body.bytes)
    }

    func headers(length: String, cache: String) -> HTTPHeaders {
        let catalog = self.context.catalog
        return [
            "Content-Type": "application/json", "Content-Length": length, "Cache-Control": cache,
            "Rollcall-Revision": catalog.appliedRevision.description, "Rollcall-Registry": catalog.registryID,
            "Rollcall-Age": catalog.storeAge.milliseconds.description, "Rollcall-Source": catalog.source.description,
            "Date": self.context.date.text,
        ]
    }

    /// Keeps the books of a request that was answered here.
    func record(_ answer: Answer, _ head: HTTPRequestHead, since start: NIODeadline, peer: String) {
        let microseconds = (NIODeadline.now() - start).nanoseconds / 1_000
        let status = Int(answer.status.code)
        answer.operation.record(status: status, microseconds: microseconds)
        if answer.status == .tooManyRequests { self.context.metrics.shed.increment() }
        self.context.accessLog?.append(
            AccessRecord(
                time: self.context.clock.wallTime, method: head.method.rawValue, target: head.uri, status: status,
                bytes: answer.body.readableBytes, microseconds: microseconds, peer: peer,
                client: head.headers.first(name: "rollcall-client") ?? ""))
    }
}
