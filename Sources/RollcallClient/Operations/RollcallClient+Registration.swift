import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// Puts an instance on the roll, or replaces what its owner said of it. The status is 201 when it is new, else 200.
    public func register(_ registration: Registration) async throws(RollcallClientError) -> Answer<InstanceAnswer> {
        try await self.perform(
            self.post(RequestTarget("v1", "instances")) { $0.registration(registration) }, AnswerBody.instanceAnswer)
    }

    /// Registers what a document says that is written as the API has it: `{"service": {…}, "instance": {…}}`.
    public func register(document: [UInt8]) async throws(RollcallClientError) -> Answer<InstanceAnswer> {
        var target = RequestTarget("v1", "instances")
        target.add(namespace: self.namespace)
        return try await self.perform(
            HTTPTransport.Request(method: .POST, target: target, body: document), AnswerBody.instanceAnswer)
    }

    /// Registers 1 to 1,000 instances. They are independent of each other: the answer has a result for each, in order.
    public func registerMany(
        _ registrations: [Registration]
    ) async throws(RollcallClientError) -> Answer<BatchAnswer> {
        try await self.perform(
            self.post(RequestTarget("v1", "instances", "batch")) { $0.registrations(registrations) }, AnswerBody.batch)
    }

    /// Registers what a document says that is written as the API has it: `{"instances": [{"service": {…}, "instance": {…}}]}`.
    public func registerMany(document: [UInt8]) async throws(RollcallClientError) -> Answer<BatchAnswer> {
        var target = RequestTarget("v1", "instances", "batch")
        target.add(namespace: self.namespace)
        return try await self.perform(
            HTTPTransport.Request(method: .POST, target: target, body: document), AnswerBody.batch)
    }

    /// Changes some of an instance's fields.
    /// - Parameter entityTag: that of an earlier answer: change the instance only if nothing has changed since, else the problem
    ///   is `precondition_failed`.
    public func update(
        _ instance: InstanceKey, _ patch: InstancePatch, ifMatch entityTag: String? = nil
    ) async throws(RollcallClientError) -> Answer<InstanceAnswer> {
        var writer = JSONWriter()
        writer.instancePatch(patch)
        var request = HTTPTransport.Request(
            method: .PATCH, target: try self.target(of: instance), body: writer.bytes)
        request.headers.append(("Content-Type", "application/merge-patch+json"))
        if let entityTag {
            request.headers.append(("If-Match", entityTag))
            // Carried out once, the tag is another one, and the second time would be refused.
            request.isRepeatable = false
        }
        return try await self.perform(request, AnswerBody.instanceAnswer)
    }

    /// Takes an instance off the roll. Returns the revision at which it was gone, where the server says it.
    ///
    /// A problem `unknown_instance` can also come of a first attempt that was carried out though its answer was lost.
    /// - Parameter incarnation: of the process that asks; an older one than that on the roll is refused.
    @discardableResult
    public func deregister(
        _ instance: InstanceKey, incarnation: Int64? = nil
    ) async throws(RollcallClientError) -> Revision? {
        var target = try self.target(of: instance)
        target.add("incarnation", incarnation.map { String($0) })
        let request = HTTPTransport.Request(method: .DELETE, target: target)
        return try await self.perform(request) { _ throws(JSONError) in () }.revision
    }

    /// Takes 1 to 1,000 instances off the roll, independently of each other.
    public func deregisterMany(
        _ instances: [InstanceReference]
    ) async throws(RollcallClientError) -> Answer<BatchAnswer> {
        let target = RequestTarget("v1", "instances", "batch", "deregister")
        return try await self.perform(self.post(target) { $0.references(instances) }, AnswerBody.batch)
    }
}
