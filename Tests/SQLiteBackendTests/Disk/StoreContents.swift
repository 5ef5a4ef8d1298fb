import RegistryCatalog
import RegistryModel

/// What a store has to hold after one commit, worked out without it.
struct StoreContents: Equatable {
    var revision = Revision.zero
    var services: [Int64: Service] = [:]
    var instances: [Int64: StoredInstance] = [:]
    var tombstones: [Int64: StoredTombstone] = [:]
    var overrides: [Int64: StoredOverride] = [:]
    var subscriptions: [Int64: Subscription] = [:]
    /// Of this commit alone.
    var changes: [Change] = []

    /// The contents after a group whose writes all fit.
    func after(_ group: CommitGroup) -> StoreContents {
        var result = self
        result.revision = self.revision.next
        for write in group.writes { result.apply(write.record) }
        result.changes = group.changes.map { recorded in
            var change = recorded.change
            change.revision = result.revision
            return change
        }
        return result
    }

    private mutating func apply(_ record: Write.Record) {
        switch record.at(self.revision) {
        case .service(_, let number, let value):
            self.services[number] = value
        case .instance(_, let number, let service, let value):
            self.instances[number] = value.map { StoredInstance(service: service, instance: $0) }
        case .tombstone(let key, let number, let value):
            self.tombstones[number] = value.map { StoredTombstone(service: key.service, tombstone: $0) }
        case .override(let key, let number, let value):
            self.overrides[number] = value.map { StoredOverride(key: key, override: $0) }
        case .subscription(_, let number, let value):
            self.subscriptions[number] = value
        }
    }

    /// What was loaded, with the changes of the newest commit.
    init(_ stored: StoredCatalog, changes: [Change]) {
        self.revision = stored.revision
        for service in stored.services { self.services[service.number] = service }
        for instance in stored.instances { self.instances[instance.instance.number] = instance }
        for override in stored.overrides { self.overrides[override.override.number] = override }
        for subscription in stored.subscriptions { self.subscriptions[subscription.number] = subscription }
        for tombstone in stored.tombstones { self.tombstones[tombstone.tombstone.number] = tombstone }
        self.changes = changes
    }

    init() {}
}
