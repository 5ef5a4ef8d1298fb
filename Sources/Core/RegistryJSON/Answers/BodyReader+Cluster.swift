import RegistryModel

/// Readers of what is said of a cluster.
extension BodyReader {
    mutating func cluster() throws(JSONError) -> ClusterDocument? {
        guard try self.beginObject() else { return nil }
        var (registryID, members): (String?, [ClusterDocument.Member]?)
        var document = ClusterDocument(registryID: "", type: "", revision: .zero, source: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.registryID: registryID = try self.string()
            case Field.type: document.type = try self.string() ?? ""
            case Field.revision: document.revision = try self.revision() ?? .zero
            case Field.source: document.source = try self.string() ?? ""
            case Field.age: document.age = try self.milliseconds() ?? .zero
            case Field.cutOff: document.isCutOff = try self.bool() ?? false
            case Field.timeline: document.timeline = try self.count("a timeline").map { Int($0) } ?? 0
            case Field.level: document.level = try self.count("a level").map { Int($0) } ?? 0
            case Field.store: document.store = try self.clusterStore() ?? document.store
            case Field.members: members = try self.elements { item throws(JSONError) in try item.clusterMember() }
            default: try self.skipUnknown()
            }
        }
        guard let registryID = self.required(Field.registryID, registryID),
            let members = self.required(Field.members, members)
        else { return nil }
        document.registryID = registryID
        document.members = members
        return document
    }

    private mutating func clusterStore() throws(JSONError) -> ClusterDocument.Store? {
        guard try self.beginObject() else { return nil }
        var store = ClusterDocument.Store()
        while let key = try self.nextKey() {
            switch key {
            case Field.endpoints:
                store.endpoints = try self.elements { item throws(JSONError) in try item.storeEndpoint() } ?? []
            case Field.quotaBytes: store.quota = try self.count("a number of bytes") ?? 0
            case Field.full: store.isFull = try self.bool() ?? false
            case Field.obstacle: store.obstacle = try self.string()
            default: try self.skipUnknown()
            }
        }
        return store
    }

    private mutating func storeEndpoint() throws(JSONError) -> StoreEndpointDocument? {
        guard try self.beginObject() else { return nil }
        var endpoint = StoreEndpointDocument(address: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.address: endpoint.address = try self.string() ?? ""
            case Field.version: endpoint.version = try self.string()
            case Field.leader: endpoint.isLeader = try self.bool() ?? false
            case Field.revision: endpoint.revision = try self.count("a revision") ?? 0
            case Field.bytes: endpoint.bytes = try self.count("a number of bytes") ?? 0
            case Field.usedBytes: endpoint.usedBytes = try self.count("a number of bytes") ?? 0
            case Field.errors:
                endpoint.errors = try self.elements { item throws(JSONError) in try item.string() } ?? []
            default: try self.skipUnknown()
            }
        }
        return endpoint
    }

    private mutating func clusterMember() throws(JSONError) -> ClusterDocument.Member? {
        guard try self.beginObject() else { return nil }
        var id: String?
        var member = ClusterDocument.Member(id: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.id: id = try self.string()
            case Field.epoch: member.epoch = try self.count("an epoch")
            case Field.node: member.node = try self.string() ?? ""
            case Field.address: member.address = try self.string() ?? ""
            case Field.version: member.version = try self.string() ?? ""
            case Field.schema: member.schema = try self.count("a schema").map { Int($0) } ?? 0
            case Field.startedAt: member.startedAt = try self.timestamp()
            case Field.isSelf: member.isSelf = try self.bool() ?? false
            case Field.applied: member.applied = try self.revision()
            case Field.lag: member.lag = try self.count("a number of revisions")
            case Field.hash: member.hash = try self.string()
            case Field.agrees: member.agrees = try self.bool()
            case Field.digestAge: member.digestAge = try self.milliseconds()
            case Field.standstills: member.standstills = try self.count("a number of times").map { Int($0) } ?? 0
            case Field.stoodStill: member.stoodStill = try self.milliseconds() ?? .zero
            case Field.services: member.services = try self.count("a number of services").map { Int($0) } ?? 0
            default: try self.skipUnknown()
            }
        }
        return self.required(Field.id, id).map {
            member.id = $0
            return member
        }
    }

    mutating func drainNode() throws(JSONError) -> DrainNodeDocument? {
        guard try self.beginObject() else { return nil }
        var document = DrainNodeDocument(node: "", standing: "")
        while let key = try self.nextKey() {
            switch key {
            case Field.node: document.node = try self.string() ?? ""
            case Field.standing: document.standing = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        return document
    }

    private mutating func milliseconds() throws(JSONError) -> TimeSpan? {
        try self.count("a number of milliseconds").map { .milliseconds($0) }
    }
}
