import RegistryModel

/// What is kept besides where other nodes have the same state: leases by number, and the hash.
extension CatalogState {
    /// Keeps them from now on.
    mutating func share() {
        self.leases = [:]
        self.hash = .zero
        self.behind = Set(self.services.lazy.filter(\.isBehind).map(\.service.key))
        for entry in self.services {
            self.hash? += StateHash(of: entry.record)
            for record in entry.instances { self.noteShared(nil, record, entry.service.key) }
        }
        for (key, tombstone) in self.tombstones { self.hash? += StateHash(of: tombstone, key) }
        for (key, override) in self.overrides.byKey { self.hash? += StateHash(of: override, key) }
        for subscription in self.subscriptions.all { self.hash? += StateHash(of: subscription) }
    }

    /// Keeps the list of services whose records somebody has to write: whoever should have may be gone.
    mutating func noteBehind(at place: Int) {
        guard self.leases != nil, let entry = self.entries[place] else { return }
        if entry.isBehind {
            self.behind.insert(entry.service.key)
        } else if !self.behind.isEmpty {
            self.behind.remove(entry.service.key)
        }
    }

    /// An instance was replaced.
    mutating func noteShared(_ before: InstanceRecord?, _ after: InstanceRecord?, _ service: ServiceKey) {
        guard self.leases != nil else { return }
        if let before {
            self.leases?[before.instance.number] = nil
            self.hash? -= StateHash(of: before.instance, service)
        }
        if let after {
            self.leases?[after.instance.number] = after.lease
            self.hash? += StateHash(of: after.instance, service)
        }
    }

    /// A record that is no instance is about to be replaced.
    mutating func noteShared(_ record: Write.Record) {
        guard self.hash != nil else { return }
        switch record {
        case .instance: break
        case .service(let key, _, let service):
            if let entry = self.entry(of: key) { self.hash? -= StateHash(of: entry.record) }
            if let service { self.hash? += StateHash(of: service) }
        case .tombstone(let key, _, let tombstone):
            if let before = self.tombstones[key] { self.hash? -= StateHash(of: before, key) }
            if let tombstone { self.hash? += StateHash(of: tombstone, key) }
        case .override(let key, _, let override):
            if let before = self.overrides[key] { self.hash? -= StateHash(of: before, key) }
            if let override { self.hash? += StateHash(of: override, key) }
        case .subscription(let id, _, let subscription):
            if let before = self.subscriptions[id] { self.hash? -= StateHash(of: before) }
            if let subscription { self.hash? += StateHash(of: subscription) }
        }
    }
}

extension CatalogState.ServiceEntry {
    /// Whether a commit has reached one of its instances that its record does not tell of. Once the instance is gone, nothing would.
    var isBehind: Bool {
        self.recordRevision < self.service.revision || self.instances.isEmpty != (self.service.emptySince != nil)
    }

    /// The service as it is stored: a commit that reached an instance alone has moved its revision, but not its record's.
    fileprivate var record: Service {
        var record = self.service
        record.revision = self.recordRevision
        return record
    }
}
