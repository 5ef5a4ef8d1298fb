import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// The registry's doubt about a service, lifted or not. A problem `not_protected` when there is none.
    public func protection(
        of service: ServiceKey
    ) async throws(RollcallClientError) -> Answer<ProtectionDocument> {
        try await self.perform(self.get(try self.target(of: service, "protection")), AnswerBody.protection)
    }

    /// Takes what is silent for gone: suspects lose their flag. Returns the revision at which they had, where the server says it.
    ///
    /// A problem `not_protected` can also come of a first attempt that was carried out though its answer was lost.
    @discardableResult
    public func liftProtection(of service: ServiceKey) async throws(RollcallClientError) -> Revision? {
        let request = HTTPTransport.Request(
            method: .DELETE, target: try self.target(of: service, "protection"))
        return try await self.perform(request) { _ throws(JSONError) in () }.revision
    }
}
