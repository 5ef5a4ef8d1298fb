import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// The registry's doubt about a service: what it says, and how an operator who knows better lifts it.
struct ProtectionRoutes {
    let context: APIContext

    private static let path = "/v1/services/{service}/protection"

    var operations: [Operation] {
        [
            Operation("get_protection", .get, Self.path, Parameters.namespace) { try self.get(&$0) },
            Operation("lift_protection", .delete, Self.path, Parameters.namespace) { try await self.lift(&$0) },
        ]
    }

    /// Also when it was lifted and the service has not recovered since.
    private func get(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let snapshot = try self.context.snapshot(of: key)
        guard let protection = snapshot.service.protection else { throw RegistryError.notProtected(key) }
        let suspects = snapshot.summary.suspects
        return .json(headers: self.context.headers(suspects: suspects)) { writer in
            writer.protection(ProtectionDocument(protection, suspects: suspects))
        }
    }

    private func lift(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let actor = try request.exchange.actor()
        let result = try await self.context.catalog.perform(.liftProtection(key), actor: actor)
        return self.context.deleted(at: result.revision)
    }
}
