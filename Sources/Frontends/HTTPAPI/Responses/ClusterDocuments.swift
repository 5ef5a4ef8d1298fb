import RegistryCatalog
import RegistryCluster
import RegistryJSON
import RegistryModel

extension ClusterDocument {
    /// - Parameter report: nil for a node that is alone.
    init(_ catalog: Catalog, _ report: ClusterReport?, alone: @autoclosure () -> Member) {
        self.init(
            registryID: catalog.registryID, type: report == nil ? "embedded" : "etcd",
            revision: catalog.appliedRevision,
            source: catalog.source.description, age: catalog.storeAge, isCutOff: report?.isCutOff ?? false,
            timeline: report?.store.timeline ?? 0, level: report?.store.level ?? 0,
            store: report.map { Store($0.store) } ?? Store(),
            members: report.map { report in report.nodes.map { Member($0, lag: report.lag(of: $0)) } } ?? [alone()])
    }
}

extension ClusterDocument.Store {
    fileprivate init(_ report: StoreReport) {
        self.init(
            endpoints: report.endpoints.map {
                StoreEndpointDocument(
                    address: $0.address, version: $0.version, isLeader: $0.isLeader, revision: $0.revision,
                    bytes: $0.bytes, usedBytes: $0.usedBytes, errors: $0.errors)
            }, quota: report.quota, isFull: report.isFull, obstacle: report.obstacle?.message)
    }
}

extension ClusterDocument.Member {
    fileprivate init(_ node: ClusterReport.Node, lag: Int64?) {
        let member = node.member
        self.init(
            id: Self.digits(of: member.id), epoch: member.epoch, node: member.node, address: member.address,
            version: member.version, schema: member.schema, startedAt: member.startedAt, isSelf: node.isSelf,
            applied: node.applied, lag: lag, hash: node.hash?.description, agrees: node.agrees,
            digestAge: node.digestAge, standstills: node.standstills, stoodStill: node.stoodStill,
            services: node.services)
    }

    /// 16 hexadecimal digits: not every reader of JSON holds 64 bits exactly.
    private static func digits(of id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
