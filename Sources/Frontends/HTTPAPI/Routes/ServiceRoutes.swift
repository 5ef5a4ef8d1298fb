import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// The services themselves, and the namespaces that they are in.
struct ServiceRoutes {
    let context: APIContext

    var operations: [Operation] {
        let namespace = Parameters.namespace
        return [
            Operation("list_services", .get, "/v1/services", namespace + [QueryParameter("prefix")] + Parameters.page) {
                try self.list(&$0)
            },
            Operation("update_service", .patch, "/v1/services/{service}", namespace) { try await self.update(&$0) },
            Operation("delete_service", .delete, "/v1/services/{service}", namespace) { try await self.delete(&$0) },
            Operation("list_namespaces", .get, "/v1/namespaces", Parameters.page) { try self.namespaces(&$0) },
        ]
    }

    private func list(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespaceOrAll()
        let prefix = request.query.text("prefix") ?? ""
        let limit = request.query.limit()
        let after = request.query.cursor(kind: "services", parts: 2).map { ServiceKey(namespace: $0[0], name: $0[1]) }
        try request.query.check()
        let found = self.context.catalog.services(
            namespace: namespace, prefix: prefix, after: after, limit: limit + 1)
        let next =
            found.count > limit
            ? Cursor([found[limit - 1].key.namespace, found[limit - 1].key.name]).text(kind: "services") : nil
        return .json(headers: self.context.headers(), capacity: 512 * found.count + 256) { writer in
            writer.page(of: Field.services, nextCursor: next, revision: self.context.catalog.appliedRevision) {
                writer in
                for snapshot in found.prefix(limit) { writer.service(ServiceDocument(snapshot)) }
            }
        }
    }

    private func update(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let actor = try request.exchange.actor()
        let (patch, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.servicePatch(bytes) }
        let ifMatch = try self.context.condition(
            request, current: self.context.catalog.snapshot(of: key)?.revision)
        let command = Command.updateService(key, patch, ifMatch: ifMatch)
        let result = try await self.context.catalog.perform(command, actor: actor)
        let document = ServiceDocument(try self.context.snapshot(of: key))
        return .json(headers: self.context.headers(cache: "no-store")) { writer in
            writer.beginObject()
            writer.name(Field.service)
            writer.service(document)
            writer.name(Field.revision)
            writer.integer(result.revision.rawValue)
            writer.warningsField(warnings)
            writer.endObject()
        }
    }

    private func delete(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let actor = try request.exchange.actor()
        let ifMatch = try self.context.condition(
            request, current: self.context.catalog.snapshot(of: key)?.revision)
        let result = try await self.context.catalog.perform(.deleteService(key, ifMatch: ifMatch), actor: actor)
        return self.context.deleted(at: result.revision)
    }

    private func namespaces(_ request: inout APIRequest) throws -> Response {
        let limit = request.query.limit()
        let after = request.query.cursor(kind: "namespaces", parts: 1)?.first ?? ""
        try request.query.check()
        let found = Array(self.context.catalog.namespaces().lazy.filter { $0.name > after }.prefix(limit + 1))
        let next = found.count > limit ? Cursor([found[limit - 1].name]).text(kind: "namespaces") : nil
        return .json(headers: self.context.headers()) { writer in
            writer.page(of: Field.namespaces, nextCursor: next, revision: self.context.catalog.appliedRevision) {
                writer in
                for namespace in found.prefix(limit) {
                    writer.namespace(
                        NamespaceDocument(
                            name: namespace.name, services: namespace.services, instances: namespace.instances))
                }
            }
        }
    }
}
