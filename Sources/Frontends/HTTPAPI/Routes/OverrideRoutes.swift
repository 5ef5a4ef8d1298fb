import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// What operators decide on instances and services, whatever their owners say.
struct OverrideRoutes {
    let context: APIContext

    private static let ofInstance = "/v1/services/{service}/instances/{instance}/override"
    private static let ofService = "/v1/services/{service}/override"

    var operations: [Operation] {
        let namespace = Parameters.namespace
        return [
            Operation("override_instance", .put, Self.ofInstance, namespace) {
                try await self.put(&$0) { names, namespace throws(RegistryError) in
                    OverrideKey(try names.instance(in: namespace))
                }
            },
            Operation("lift_instance_override", .delete, Self.ofInstance, namespace) {
                try await self.lift(&$0) { names, namespace throws(RegistryError) in
                    OverrideKey(try names.instance(in: namespace))
                }
            },
            Operation("override_service", .put, Self.ofService, namespace) {
                try await self.put(&$0) { names, namespace throws(RegistryError) in
                    OverrideKey(service: try names.service(in: namespace))
                }
            },
            Operation("lift_service_override", .delete, Self.ofService, namespace) {
                try await self.lift(&$0) { names, namespace throws(RegistryError) in
                    OverrideKey(service: try names.service(in: namespace))
                }
            },
            Operation(
                "list_overrides", .get, "/v1/overrides", namespace + [QueryParameter("service")] + Parameters.page
            ) { try self.list(&$0) },
        ]
    }

    private typealias Naming = (PathNames, String) throws(RegistryError) -> OverrideKey

    private func put(_ request: inout APIRequest, _ name: Naming) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try name(request.names, namespace)
        let actor = try request.exchange.actor()
        let (wish, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.overrideRequest(bytes) }
        let result = try await self.context.catalog.perform(.putOverride(key, wish), actor: actor)
        guard let override = self.context.catalog.override(of: key) else {
            throw RegistryError(
                .conflict, "It was done, and lifted again in the same moment; read the overrides, then decide again.")
        }
        return .json(headers: self.context.headers(cache: "no-store")) { writer in
            writer.overrideAnswer(
                OverrideDocument(key: key, override: override), revision: result.revision, warnings: warnings)
        }
    }

    private func lift(_ request: inout APIRequest, _ name: Naming) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try name(request.names, namespace)
        let actor = try request.exchange.actor()
        let result = try await self.context.catalog.perform(.liftOverride(key), actor: actor)
        return self.context.deleted(at: result.revision)
    }

    private func list(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespaceOrAll()
        let service = request.query.text("service")
        if let service, let fault = Names.fault(in: service, allowingBrackets: false) {
            request.query.fail("service", fault)
        }
        let limit = request.query.limit()
        let after = request.query.cursor(kind: "overrides", parts: 3).map { parts in
            OverrideKey(
                service: ServiceKey(namespace: parts[0], name: parts[1]), instance: parts[2].isEmpty ? nil : parts[2])
        }
        try request.query.check()
        let headers = self.context.headers()
        let revision = self.context.catalog.appliedRevision
        let found = self.context.catalog.overrides(
            namespace: namespace, service: service, after: after, limit: limit + 1)
        let next = found.count > limit ? Self.cursor(after: found[limit - 1].key) : nil
        return .json(headers: headers, capacity: 256 * found.count + 256) { writer in
            writer.page(of: Field.overrides, nextCursor: next, revision: revision) { writer in
                for decided in found.prefix(limit) {
                    writer.override(OverrideDocument(key: decided.key, override: decided.override))
                }
            }
        }
    }

    private static func cursor(after key: OverrideKey) -> String {
        Cursor([key.service.namespace, key.service.name, key.instance ?? ""]).text(kind: "overrides")
    }
}
