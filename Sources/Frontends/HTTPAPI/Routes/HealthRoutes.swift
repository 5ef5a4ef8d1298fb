import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryHealth
import RegistryJSON
import RegistryModel

/// Heartbeats, single and many, and what is known of health.
struct HealthRoutes {
    let context: APIContext

    private static let instance = "/v1/services/{service}/instances/{instance}/health"

    var operations: [Operation] {
        let namespace = Parameters.namespace
        return [
            Operation("report_health", .put, Self.instance, namespace) { try await self.report(&$0) },
            Operation("get_instance_health", .get, Self.instance, namespace) { try self.instance(&$0) },
            Operation("get_service_health", .get, "/v1/services/{service}/health", namespace) { try self.service(&$0) },
            Operation("heartbeats", .post, "/v1/heartbeats", namespace) { try await self.heartbeats(&$0) },
        ]
    }

    private func report(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.instance(in: namespace)
        let actor = try request.exchange.actor()
        let (report, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.healthReport(bytes) }
        let result = try await self.context.catalog.report(key, report, actor: actor)
        guard let record = result.instance else { throw RegistryError.unknownInstance(key) }
        return .json(headers: self.context.headers(cache: "no-store"), capacity: 256) { writer in
            writer.renewal(record, key, revision: result.revision, warnings: warnings)
        }
    }

    private func instance(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.instance(in: namespace)
        let snapshot = try self.context.snapshot(of: key.service)
        let record = try self.context.record(of: key, in: snapshot)
        return .json(headers: self.context.headers()) { writer in
            writer.health(self.document(of: record, key))
        }
    }

    private func service(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let snapshot = try self.context.snapshot(of: key)
        let records = snapshot.instances.map { self.document(of: $0, InstanceKey(service: key, id: $0.id)) }
        let status = ServiceStatus(snapshot.summary, lastCheck: records.compactMap(\.lastCheck).max())
        let headers = self.context.headers(suspects: snapshot.summary.suspects)
        return .json(headers: headers, capacity: 256 * records.count + 512) { writer in
            writer.serviceHealth(
                ServiceHealthDocument(service: key, status: status, revision: snapshot.revision, instances: records))
        }
    }

    private func document(of record: InstanceRecord, _ key: InstanceKey) -> HealthDocument {
        let observation = self.context.catalog.observation(of: key)
        let health = record.instance.health
        let checks = self.checks(of: record.instance, lastBeat: observation?.lastBeat)
        let lastCheck = (checks.map(\.lastCheck) + [observation?.lastBeat]).compactMap { $0 }.max()
        let updated = [health.since, lastCheck, observation?.loadUpdatedAt].compactMap { $0 }.max()
        return HealthDocument(
            key: key, health: health, lastCheck: lastCheck, updatedAt: updated, details: observation?.details,
            load: observation?.load, metadata: observation?.metadata, checks: checks)
    }

    /// Every check of an instance: its owner's own first, if it owes heartbeats, then those that the registry makes.
    private func checks(of instance: Instance, lastBeat: Timestamp?) -> [CheckDocument] {
        let reports = self.context.checks.checks(of: instance.number)
        // Who has registered this moment has checks all the same.
        let made =
            reports.isEmpty
            ? self.context.catalog.checks(of: instance.spec).filter(\.isProbe)
                .map { CheckDocument(name: $0.name, kind: $0.kind, status: .unknown) }
            : reports.map { CheckDocument($0) }
        guard let interval = self.context.catalog.heartbeatInterval(of: instance.spec) else { return made }
        let check = instance.spec.checks.first { $0.kind == .ttl }
        return [CheckDocument(check, every: interval, of: instance.health, lastBeat: lastBeat)] + made
    }

    private func heartbeats(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace()
        try request.query.check()
        let actor = try request.exchange.actor()
        let (items, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.heartbeats(bytes, defaultNamespace: namespace) }
        let beats = items.map { Heartbeat(key: $0.key, incarnation: $0.incarnation) }
        let result = try await self.context.catalog.heartbeat(beats, actor: actor)
        let answer = HeartbeatAnswer(
            renewed: result.renewed, unknown: result.unknown.map { items[$0] }, stale: result.stale.map { items[$0] },
            warnings: warnings)
        return .json(headers: self.context.headers(cache: "no-store"), capacity: 256) { $0.heartbeatAnswer(answer) }
    }
}
