import NIOHTTP1
import RegistryJSON
import RegistryModel

extension RollcallClient {
    /// Sends a request and reads its answer with `read`.
    func perform<Value: Sendable>(
        _ request: HTTPTransport.Request, _ read: (Span<UInt8>) throws(JSONError) -> Value
    ) async throws(RollcallClientError) -> Answer<Value> {
        try self.answer(try await self.transport.send(request), read)
    }

    func answer<Value: Sendable>(
        _ reply: HTTPTransport.Reply, _ read: (Span<UInt8>) throws(JSONError) -> Value
    ) throws(RollcallClientError) -> Answer<Value> {
        do {
            return Answer(try read(reply.body.span), reply)
        } catch {
            throw RollcallClientError(
                .badAnswer, "What answers at \(reply.address) is no registry of ours: \(error).")
        }
    }

    func get(_ target: RequestTarget, wait: Duration = .zero) -> HTTPTransport.Request {
        HTTPTransport.Request(method: .GET, target: target, wait: wait)
    }

    func post(_ target: RequestTarget, _ write: (inout JSONWriter) -> Void) -> HTTPTransport.Request {
        var writer = JSONWriter()
        write(&writer)
        return HTTPTransport.Request(method: .POST, target: target, body: writer.bytes)
    }

    /// `/v1/services/{service}/…` with the namespace. Names are checked here: an empty one would make another path.
    func target(
        of service: ServiceKey, _ more: String...
    ) throws(RollcallClientError) -> RequestTarget {
        try Self.check(service.name, "service", allowingBrackets: false)
        var target = RequestTarget(["v1", "services", service.name] + more)
        target.add(namespace: service.namespace)
        return target
    }

    /// `/v1/services/{service}/instances/{instance}/…` with the namespace.
    func target(of instance: InstanceKey, _ more: String...) throws(RollcallClientError) -> RequestTarget {
        try Self.check(instance.service.name, "service", allowingBrackets: false)
        try Self.check(instance.id, "instance", allowingBrackets: true)
        var target = RequestTarget(["v1", "services", instance.service.name, "instances", instance.id] + more)
        target.add(namespace: instance.service.namespace)
        return target
    }

    private static func check(
        _ name: String, _ what: String, allowingBrackets: Bool
    ) throws(RollcallClientError) {
        guard let fault = Names.fault(in: name, allowingBrackets: allowingBrackets) else { return }
        throw RollcallClientError(.badConfiguration, "The name of the \(what) \(fault).")
    }
}

extension RequestTarget {
    /// The server's own default is not spelled out.
    mutating func add(namespace: String) {
        if namespace != ServiceKey.defaultNamespace { self.add("namespace", namespace) }
    }
}

extension RollcallClientError.Problem {
    /// The problem in the body of an answer; of another body only the status is taken.
    init(reading body: [UInt8], status: Int) {
        guard let document = try? AnswerBody.problem(body.span) else {
            self.init(status: status, code: "", detail: "")
            return
        }
        self.init(status: status, code: document.code, detail: document.detail, fields: document.errors)
    }
}
