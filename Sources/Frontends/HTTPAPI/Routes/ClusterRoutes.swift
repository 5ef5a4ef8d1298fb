import HTTPSupport
import HTTPTypes
import HummingbirdCore
import Logging
import RegistryCatalog
import RegistryCluster
import RegistryJSON
import RegistryModel

/// The nodes of the registry, the store that they share, and an operator's word on which history counts.
struct ClusterRoutes {
    let context: APIContext

    var operations: [Operation] {
        [
            Operation("cluster", .get, "/v1/cluster", readsRoll: false) { try await self.get(&$0) },
            Operation("adopt", .post, "/v1/cluster/adopt") { try await self.settle(.adopt, &$0) },
            Operation("reseed", .post, "/v1/cluster/reseed") { try await self.settle(.reseed, &$0) },
        ]
    }

    private func get(_ request: inout APIRequest) async throws -> Response {
        try request.query.check()
        return await self.answer()
    }

    private func settle(_ verdict: HistoryVerdict, _ request: inout APIRequest) async throws -> Response {
        try request.query.check()
        let actor = try request.exchange.actor()
        guard let cluster = self.context.cluster else {
            throw RegistryError(
                .conflict, "This node is alone, so there is no other history; there is nothing to settle.")
        }
        try await cluster.settle(verdict, keeping: self.context.catalog.storedCatalog())
        self.context.logger.notice(
            "An operator has said which history counts.",
            metadata: ["verdict": "\(verdict.rawValue)", "actor": "\(actor)"])
        return await self.answer()
    }

    private func answer() async -> Response {
        let catalog = self.context.catalog
        let services = catalog.services(namespace: nil, after: nil, limit: .max)
        let report = await self.context.cluster?.report(services: services.map(\.key))
        let document = ClusterDocument(catalog, report, alone: self.alone(services: services.count))
        return .json(headers: self.context.headers(cache: "no-store")) { $0.cluster(document) }
    }

    /// A node that shares its store with nobody has its registry's id.
    private func alone(services: Int) -> ClusterDocument.Member {
        let configuration = self.context.configuration
        let catalog = self.context.catalog
        let address = "\(configuration.listener.host):\(configuration.listener.port)"
        let standstills = catalog.standstills
        return ClusterDocument.Member(
            id: String(catalog.registryID.prefix(16)), node: catalog.registryID, address: address,
            version: configuration.version, isSelf: true, applied: catalog.appliedRevision, lag: 0, agrees: true,
            standstills: standstills.count, stoodStill: .milliseconds(standstills.milliseconds), services: services)
    }
}
