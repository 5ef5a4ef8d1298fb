import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel
import RegistryTraffic

/// Explain: every instance of a service, in the answer of a query or not, at which stage and why; and who left lately.
struct ExplainRoutes {
    let context: APIContext

    /// How many of the service's latest records are looked through for departures, and how many of those are told.
    private static let recordsToRead = 1_000
    private static let departuresToTell = 20

    var operations: [Operation] {
        let parameters = Parameters.namespace + [QueryParameter("instance")] + FilterParameters.all
        return [
            Operation("explain", .get, "/v1/services/{service}/explain", parameters) { try await self.explain(&$0) }
        ]
    }

    private func explain(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        let filter = request.query.filter()
        let instance = request.query.text("instance")
        if let instance, let fault = Names.fault(in: instance, allowingBrackets: true) {
            request.query.fail("instance", fault)
        }
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let snapshot = try self.context.snapshot(of: key)
        var document = self.document(of: snapshot, filter, only: instance)
        do {
            document.departed = try await self.departed(key, instance)
        } catch let error as RegistryError where error.code == .storeUnavailable {
            document.warnings = ["Who left the roll lately is not known: \(error.message)"]
        }
        let suspects = snapshot.instances.count { $0.instance.isSuspect && filter.matches($0.instance) }
        return .json(headers: self.context.headers(suspects: suspects), capacity: 512 * document.instances.count + 512)
        {
            $0.explanation(document)
        }
    }

    /// - Parameter instance: the only one to tell of; nil: all.
    private func document(
        of snapshot: ServiceSnapshot, _ filter: InstanceFilter, only instance: String?
    ) -> ExplanationDocument {
        let explainer = Explainer(filter, among: snapshot.instances)
        let warmUp = WarmUp(defaultSpan: self.context.configuration.warmUp)
        let now = self.context.clock.wallTime
        var document = ExplanationDocument(service: snapshot.key, revision: snapshot.revision)
        for record in snapshot.instances {
            let isTold = instance == nil || instance == record.id
            let key = InstanceKey(service: snapshot.key, id: record.id)
            let explanation = explainer.explain(
                record.instance, sharers: isTold ? self.context.catalog.addressShared(with: key) : [],
                share: warmUp.share(of: record.instance, now: now))
            if explanation.isListed { document.listed += 1 }
            guard isTold else { continue }
            document.instances.append(ExplanationDocument.Instance(explanation, of: record.instance))
        }
        return document
    }

    private func departed(_ key: ServiceKey, _ instance: String?) async throws -> [HistoryRecord] {
        let query = HistoryQuery(
            namespace: key.namespace, service: key.name, instance: instance, limit: Self.recordsToRead)
        let page = try await HistoryReading(context: self.context).page(query)
        return page.records.lazy.filter { $0.cause.isDeparture }.prefix(Self.departuresToTell)
            .map { HistoryRecord($0) }
    }
}

extension Cause {
    /// Whether it takes an instance off the roll.
    fileprivate var isDeparture: Bool {
        switch self {
        case .deregister, .purge, .superseded: true
        default: false
        }
    }
}

extension ExplanationDocument.Instance {
    init(_ explanation: InstanceExplanation, of instance: Instance) {
        func reason(_ reason: InstanceExplanation.Reason) -> ExplanationDocument.Reason {
            ExplanationDocument.Reason(code: reason.code.rawValue, text: reason.text)
        }
        self.init(
            id: explanation.id, isListed: explanation.isListed, isSelectable: explanation.isSelectable,
            stage: explanation.stage.rawValue, reason: reason(explanation.reason),
            notes: explanation.notes.map(reason), status: instance.status, health: instance.health.state)
    }
}
