import RegistryModel

extension JSONWriter {
    /// How the cluster is.
    public mutating func cluster(_ document: ClusterDocument) {
        self.beginObject()
        self.name(Field.registryID)
        self.string(document.registryID)
        self.name(Field.type)
        self.string(document.type)
        self.revisionField(document.revision)
        self.name(Field.source)
        self.string(document.source)
        self.name(Field.age)
        self.integer(document.age.milliseconds)
        self.name(Field.cutOff)
        self.bool(document.isCutOff)
        self.name(Field.timeline)
        self.integer(document.timeline)
        self.name(Field.level)
        self.integer(document.level)
        self.name(Field.store)
        self.store(document.store)
        self.list(Field.members) { writer in
            for member in document.members { writer.member(member) }
        }
        self.endObject()
    }

    private mutating func store(_ store: ClusterDocument.Store) {
        self.beginObject()
        self.list(Field.endpoints) { writer in
            for endpoint in store.endpoints { writer.endpoint(endpoint) }
        }
        self.name(Field.quotaBytes)
        self.integer(store.quota)
        self.name(Field.full)
        self.bool(store.isFull)
        self.stringOrNull(Field.obstacle, store.obstacle)
        self.endObject()
    }

    private mutating func endpoint(_ endpoint: StoreEndpointDocument) {
        self.beginObject()
        self.name(Field.address)
        self.string(endpoint.address)
        self.stringOrNull(Field.version, endpoint.version)
        self.name(Field.leader)
        self.bool(endpoint.isLeader)
        self.name(Field.revision)
        self.integer(endpoint.revision)
        self.name(Field.bytes)
        self.integer(endpoint.bytes)
        self.name(Field.usedBytes)
        self.integer(endpoint.usedBytes)
        self.list(Field.errors) { writer in
            for error in endpoint.errors { writer.string(error) }
        }
        self.endObject()
    }

    private mutating func member(_ member: ClusterDocument.Member) {
        self.beginObject()
        self.name(Field.id)
        self.string(member.id)
        self.integerOrNull(Field.epoch, member.epoch)
        self.name(Field.node)
        self.string(member.node)
        self.name(Field.address)
        self.string(member.address)
        self.name(Field.version)
        self.string(member.version)
        self.name(Field.schema)
        self.integer(member.schema)
        self.timeField(Field.startedAt, member.startedAt)
        self.name(Field.isSelf)
        self.bool(member.isSelf)
        self.integerOrNull(Field.applied, member.applied?.rawValue)
        self.integerOrNull(Field.lag, member.lag)
        self.stringOrNull(Field.hash, member.hash)
        self.name(Field.agrees)
        if let agrees = member.agrees { self.bool(agrees) } else { self.null() }
        self.integerOrNull(Field.digestAge, member.digestAge?.milliseconds)
        self.name(Field.standstills)
        self.integer(member.standstills)
        self.name(Field.stoodStill)
        self.integer(member.stoodStill.milliseconds)
        self.name(Field.services)
        self.integer(member.services)
        self.endObject()
    }

    /// `{node, standing}`, an element of the answer to Drain.
    mutating func drainNode(_ node: DrainNodeDocument) {
        self.beginObject()
        self.name(Field.node)
        self.string(node.node)
        self.name(Field.standing)
        self.string(node.standing)
        self.endObject()
    }

    private mutating func integerOrNull(_ name: StaticString, _ value: Int64?) {
        self.name(name)
        if let value { self.integer(value) } else { self.null() }
    }

    private mutating func stringOrNull(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { self.string(value) } else { self.null() }
    }
}
