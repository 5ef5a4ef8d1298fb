import RegistryModel

extension CatalogState {
    /// Takes over what a store holds. `makeLease` gives each instance its lease.
    init(
        _ stored: StoredCatalog, overrideAbsence: TimeSpan = Limits.overrideAbsence,
        makeLease: (InstanceKey, Instance) -> Lease?
    ) {
        self.init(
            revision: stored.revision, nextNumber: stored.nextNumber, room: stored.services.count,
            instances: stored.instances.count, overrideAbsence: overrideAbsence)
        if let numbers = stored.numbers { self.numbers = NumberPool(numbers) }
        let groups = InstanceGroups(stored)
        for entry in stored.overrides { self.overrides[entry.key] = entry.override }
        for subscription in stored.subscriptions { self.subscriptions[subscription.id] = subscription }
        for (index, var service) in stored.services.enumerated() {
            let recordRevision = service.revision
            var sibling: Instance?
            var records = groups.places(of: index).map { place in
                var instance = stored.instances[place].instance
                self.sharedSpecs.share(&instance.spec)
                let key = InstanceKey(service: service.key, id: instance.id)
                instance.apply(self.overrides(on: key), sharedWith: sibling)
                sibling = instance
                return InstanceRecord(instance: instance, lease: makeLease(key, instance))
            }
            records.sort { $0.id < $1.id }
            var tally = ProtectionTally()
            for record in records {
                self.counts.add(record.instance)
                tally.add(record.instance)
                // A commit can have reached an instance without its service's record.
                service.revision = max(service.revision, record.instance.shownRevision)
            }
            let place = self.add(
                ServiceEntry(service: service, recordRevision: recordRevision, instances: records, tally: tally))
            self.noteDoubt(at: place)
            for record in records { self.addresses.insert(record, service: place) }
        }
        for entry in stored.overrides {
            // What it is about may be gone, but the service has shown this revision.
            guard let place = self.place(of: entry.key.service), let service = self.entries[place]?.service else {
                continue
            }
            self.entries[place]?.service.revision = max(service.revision, entry.override.revision)
        }
        for entry in stored.tombstones {
            self.tombstones[InstanceKey(service: entry.service, id: entry.tombstone.id)] = entry.tombstone
        }
    }
}

/// Which of a store's instances belong to which of its services: a counting sort.
///
/// There may be a million, and copies of them, even if they are let go at once, leave holes in memory that nothing else fills.
private struct InstanceGroups {
    /// Places in the list of instances, service by service.
    private var places: [Int32] = []
    /// Where each service's begin, and at last where all end.
    private var starts: [Int]

    /// An instance without its service's record belongs to none.
    init(_ stored: StoredCatalog) {
        var indices: [Int64: Int] = [:]
        indices.reserveCapacity(stored.services.count)
        for (index, service) in stored.services.enumerated() { indices[service.number] = index }
        self.starts = Array(repeating: 0, count: stored.services.count + 1)
        for entry in stored.instances {
            if let index = indices[entry.service] { self.starts[index + 1] += 1 }
        }
        for index in stored.services.indices { self.starts[index + 1] += self.starts[index] }
        self.places = Array(repeating: 0, count: self.starts[stored.services.count])
        var next = self.starts
        for (place, entry) in stored.instances.enumerated() {
            guard let index = indices[entry.service] else { continue }
            self.places[next[index]] = Int32(place)
            next[index] += 1
        }
    }

    func places(of service: Int) -> some Collection<Int> {
        self.places[self.starts[service]..<self.starts[service + 1]].lazy.map { Int($0) }
    }
}
