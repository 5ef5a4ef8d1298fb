import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel
import RegistryTraffic

/// GetService: one instance, chosen by a strategy, and why.
struct SelectRoutes {
    let context: APIContext

    var operations: [Operation] {
        let parameters =
            Parameters.namespace + [QueryParameter("strategy"), QueryParameter("key")] + FilterParameters.traits
        return [
            Operation("select", .get, "/v1/services/{service}/select", parameters) { try self.select(&$0) }
        ]
    }

    private func select(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        var filter = request.query.filter()
        // Health and status are stages of the selection itself, which says what each of them left.
        filter.health = .any
        try request.query.check()
        let strategy = try Strategy(request.query.text("strategy") ?? self.context.configuration.strategy)
        let snapshot = try self.context.snapshot(of: try request.names.service(in: namespace))
        let warmUp = WarmUp(defaultSpan: self.context.configuration.warmUp)
        let now = self.context.clock.wallTime
        let (offset, explanation) = self.context.selector.select(
            by: strategy, among: snapshot.instances.count, of: snapshot.key, filter: filter.hashValue
        ) { offset in
            let instance = snapshot.instances[offset].instance
            return filter.matches(instance) ? Candidate(instance, share: warmUp.share(of: instance, now: now)) : nil
        }
        let chosen = offset.map { snapshot.instances[$0].instance }
        let document = SelectionDocument(
            service: snapshot.key, instance: chosen,
            effectiveWeight: chosen.map { Double(Int($0.weight) * explanation.share) / 100 },
            strategy: strategy.description, code: explanation.code.rawValue, reason: explanation.text,
            considered: explanation.considered,
            steps: explanation.steps.map { .init(stage: $0.stage.description, remaining: $0.remaining) },
            revision: snapshot.revision)
        let headers = self.context.headers(cache: "no-store", suspects: document.instance?.isSuspect == true ? 1 : 0)
        return .json(headers: headers) { $0.selection(document) }
    }
}
