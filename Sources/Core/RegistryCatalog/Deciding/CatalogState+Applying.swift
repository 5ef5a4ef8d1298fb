import RegistryModel

extension CatalogState {
    /// What a batch did to one service.
    struct Applied {
        var key: ServiceKey
        /// Nil: the service is gone.
        var entry: ServiceEntry?
        var changes: [Change] = []
        /// One for each instance that it touched.
        var transitions: [Transition] = []
        var previousRevision: Revision

        /// One of its instances, as it is now.
        func instance(_ id: String) -> InstanceRecord? {
            guard let instances = self.entry?.instances else { return nil }
            let found = instances.search(id)
            return found.isPresent ? instances[found.index] : nil
        }
    }

    /// An instance before and after a batch.
    struct Transition {
        var id: String
        var before: InstanceRecord?
        var after: InstanceRecord?
    }

    /// Takes over one committed batch. `makeLease` gives an instance its lease, or lets it keep the one it has; a lease that is
    /// not kept is cancelled there.
    mutating func apply(
        _ batch: CommittedBatch, makeLease: (InstanceKey, Instance, InstanceRecord?) -> Lease?
    ) -> [Applied] {
        let batch = batch.isWhole ? self.completing(batch) : batch
        var touched = TouchedServices()
        // Services come before their instances and go after them, whatever the order of the writes.
        for record in batch.records {
            guard case .service(let key, _, let service?) = record else { continue }
            self.noteShared(record)
            let index = touched.index(of: key, self)
            let place = self.put(service)
            touched.places[index] = place
            // What was shown before may be that of an instance that is gone.
            if batch.isWhole { self.raise(place, to: touched.applied[index].previousRevision) }
        }
        var decided: [OverrideKey] = []
        for record in batch.records {
            guard case .override(let key, _, let override) = record else { continue }
            self.noteShared(record)
            self.overrides[key] = override
            decided.append(key)
        }
        for record in batch.records {
            switch record {
            case .service, .override: break
            case .instance(let key, _, _, let instance):
                let index = touched.index(of: key.service, self)
                guard let place = touched.places[index] else { continue }
                // Where all is told anew, what each record shows is its own.
                touched.applied[index].transitions.append(
                    self.put(instance, at: key, place, revision: batch.isWhole ? nil : batch.revision, makeLease))
            case .tombstone(let key, _, let tombstone):
                self.noteShared(record)
                self.tombstones[key] = tombstone
            case .subscription(let id, _, let subscription):
                self.noteShared(record)
                self.subscriptions[id] = subscription
            }
        }
        for key in decided {
            let index = touched.index(of: key.service, self)
            guard let place = touched.places[index] else { continue }
            let revision = batch.isWhole ? self.overrides[key]?.revision ?? .zero : batch.revision
            self.decide(key, place, revision: revision, &touched.applied[index])
        }
        for record in batch.records {
            guard case .service(let key, _, nil) = record else { continue }
            self.noteShared(record)
            let index = touched.index(of: key, self)
            touched.places[index] = nil
            self.remove(key)
        }
        for case let place? in touched.places {
            self.noteDoubt(at: place)
            self.noteBehind(at: place)
        }
        for change in batch.changes {
            touched.applied[touched.index(of: change.service, self)].changes.append(change)
        }
        self.revision = batch.revision
        if batch.isWhole, self.leases != nil { self.share() }
        for index in touched.applied.indices {
            touched.applied[index].entry = touched.places[index].flatMap { self.entries[$0] }
        }
        return touched.applied
    }

    private mutating func put(
        _ instance: Instance?, at key: InstanceKey, _ place: Int, revision: Revision?,
        _ makeLease: (InstanceKey, Instance, InstanceRecord?) -> Lease?
    ) -> Transition {
        let found = self.entries[place]?.instances.search(key.id) ?? (index: 0, isPresent: false)
        let before = found.isPresent ? self.entries[place]?.instances[found.index] : nil
        let after = instance.map { instance in
            var instance = instance
            let overrides = self.overrides(on: key)
            instance.apply(overrides, sharedWith: overrides == nil ? nil : self.neighbour(place, found.index))
            // The lease keeps its key: the names in this one have the storage that the state has anyway.
            let key = InstanceKey(service: self.entries[place]?.service.key ?? key.service, id: instance.id)
            return InstanceRecord(
                instance: self.sharing(instance, place, found.index), lease: makeLease(key, instance, before))
        }
        if after == nil { before?.lease?.cancel() }
        self.noteShared(before, after, key.service)
        self.addresses.replace(before, with: after, service: place)
        if let before { self.discount(before.instance, at: place) }
        if let after { self.count(after.instance, at: place) }
        switch (before, after) {
        case (nil, nil): break
        case (nil, let record?): self.entries[place]?.instances.insert(record, at: found.index)
        case (_?, let record?): self.entries[place]?.instances[found.index] = record
        case (_?, nil): self.entries[place]?.instances.remove(at: found.index)
        }
        self.raise(place, to: revision ?? after?.instance.shownRevision ?? .zero)
        return Transition(id: key.id, before: before, after: after)
    }

    /// A service shows at least this revision.
    private mutating func raise(_ place: Int, to revision: Revision) {
        if let current = self.entries[place]?.service.revision, current < revision {
            self.entries[place]?.service.revision = revision
        }
    }

    /// The instance, with the storage of the one in its place, or beside it, and of others met lately, for what they have in common.
    private mutating func sharing(_ instance: Instance, _ place: Int, _ index: Int) -> Instance {
        var instance = instance
        self.sharedSpecs.share(&instance.spec)
        if let neighbour = self.neighbour(place, index) { instance.spec.share(with: neighbour.spec) }
        return instance
    }

    /// The instance at an index of a service, or the last one; nil when it has none.
    private func neighbour(_ place: Int, _ index: Int) -> Instance? {
        guard let siblings = self.entries[place]?.instances, !siblings.isEmpty else { return nil }
        return siblings[min(index, siblings.count - 1)].instance
    }
}

/// The services that a batch touches, in the order in which it first does.
private struct TouchedServices {
    var applied: [CatalogState.Applied] = []
    /// Where each is in the state; nil: it is not there.
    var places: [Int?] = []
    private var indices: [ServiceKey: Int] = [:]
    /// Records of one service mostly stand together.
    private var latest: Int?

    mutating func index(of key: ServiceKey, _ state: borrowing CatalogState) -> Int {
        if let latest, self.applied[latest].key == key { return latest }
        let index = self.indices[key] ?? self.applied.count
        if index == self.applied.count {
            let place = state.place(of: key)
            let revision = place.flatMap { state.entries[$0] }?.service.revision
            self.applied.append(CatalogState.Applied(key: key, entry: nil, previousRevision: revision ?? .zero))
            self.places.append(place)
            self.indices[key] = index
        }
        self.latest = index
        return index
    }
}
