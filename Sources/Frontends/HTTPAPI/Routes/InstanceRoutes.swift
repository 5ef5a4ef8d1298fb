import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// The instances of a service: list, read, Update, Deregister.
struct InstanceRoutes {
    let context: APIContext

    private static let list = "/v1/services/{service}/instances"
    private static let one = "/v1/services/{service}/instances/{instance}"

    var operations: [Operation] {
        let namespace = Parameters.namespace
        return [
            Operation("list_instances", .get, Self.list, namespace + FilterParameters.all + Parameters.page) {
                try self.list(&$0)
            },
            Operation("get_instance", .get, Self.one, namespace) { try self.get(&$0) },
            Operation("update", .patch, Self.one, namespace) { try await self.update(&$0) },
            Operation("deregister", .delete, Self.one, namespace + Parameters.incarnation) {
                try await self.deregister(&$0)
            },
        ]
    }

    /// Unlike discover it lists every instance unless a health is asked for: it is for people who look after them.
    private func list(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        var filter = request.query.filter()
        filter.health = filter.health ?? .any
        let limit = request.query.limit()
        let after = request.query.cursor(kind: "instances", parts: 1)?.first
        try request.query.check()
        let snapshot = try self.context.snapshot(of: try request.names.service(in: namespace))
        let start = after.map { snapshot.instances.firstIndex(above: $0) } ?? 0
        let found = snapshot.instances[start...].lazy.filter { filter.matches($0.instance) }.prefix(limit + 1)
        let page = Array(found)
        let next = page.count > limit ? Cursor([page[limit - 1].id]).text(kind: "instances") : nil
        let headers = self.context.headers(
            tag: self.context.tag(of: snapshot).description,
            suspects: page.prefix(limit).count { $0.instance.isSuspect })
        return .json(headers: headers, capacity: 512 * page.count + 256) { writer in
            writer.page(of: Field.instances, nextCursor: next, revision: snapshot.revision) { writer in
                for record in page.prefix(limit) { writer.instance(record.instance, of: snapshot.key) }
            }
        }
    }

    private func get(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.instance(in: namespace)
        let snapshot = try self.context.snapshot(of: key.service)
        let record = try self.context.record(of: key, in: snapshot)
        // Its own revision, or that of a decision on it: the service's moves with every other instance.
        let revision = record.instance.shownRevision
        let tag = self.context.tag(of: revision, in: snapshot)
        let headers = self.context.headers(tag: tag.description, suspects: record.instance.isSuspect ? 1 : 0)
        if let field = request.header(.ifNoneMatch), tag.isNamed(byIfNoneMatch: field) {
            return Response(status: .notModified, headers: headers)
        }
        return .json(headers: headers) { writer in
            writer.instanceAnswer(service: nil, instance: record.instance, of: key.service, revision: revision)
        }
    }

    private func update(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.instance(in: namespace)
        let actor = try request.exchange.actor()
        let (patch, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.instancePatch(bytes) }
        let current = self.context.catalog.snapshot(of: key.service)?.instance(key.id)?.instance.shownRevision
        let ifMatch = try self.context.condition(request, current: current)
        let result = try await self.context.catalog.perform(.update(key, patch, ifMatch: ifMatch), actor: actor)
        return try self.context.instanceAnswer(result, key, status: .ok, warnings: warnings)
    }

    private func deregister(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        let incarnation = request.query.integer("incarnation", in: 0...Limits.largestInteger)
        try request.query.check()
        let key = try request.names.instance(in: namespace)
        let actor = try request.exchange.actor()
        let result = try await self.context.catalog.perform(.deregister(key, incarnation: incarnation), actor: actor)
        return self.context.deleted(at: result.revision)
    }
}

extension [InstanceRecord] {
    /// The first index whose id is above `id`, in a list in the order of ids.
    func firstIndex(above id: String) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
