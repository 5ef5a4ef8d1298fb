import RegistryModel

/// No ghosts: a process that registers where another was under another name has taken that one's place.
extension Decider {
    /// Removes the instances at an instance's address whose processes were earlier than its own. The answer rests on that.
    ///
    /// Only numbers tell: without one on both sides, or with equal ones, which are one process's, both stay.
    mutating func supersede(by key: InstanceKey, _ instance: Instance, actor: String, _ state: inout CatalogState) {
        guard let incarnation = instance.incarnation else { return }
        let address = Address(namespace: key.service.namespace, host: instance.spec.host, port: instance.spec.port)
        for other in self.draft.present(at: address, state) where other != key {
            guard let ghost = self.draft.instance(other, state), ghost.spec.host == address.host,
                ghost.spec.port == address.port, let earlier = ghost.incarnation, earlier < incarnation
            else { continue }
            self.remove(
                ghost, other, cause: .superseded, actor: actor, highest: earlier,
                detail: "\(instance.spec.address) is \(key) now, incarnation \(incarnation) after \(earlier)", &state)
            self.noteGhost(other, state)
            // The answer's revision is that of both.
            self.draft.touch(key.service, state)
        }
        self.draft.note(key, at: address)
    }

    /// Whether a process that it takes the place of comes with this group only.
    mutating func isNewGhost(
        of key: InstanceKey, _ spec: InstanceSpec, _ incarnation: Int64?, _ state: CatalogState
    ) -> Bool {
        guard let incarnation else { return false }
        let address = Address(namespace: key.service.namespace, host: spec.host, port: spec.port)
        for other in self.draft.arrived(at: address) where other != key && self.draft.isNew(other, state) {
            let ghost = self.draft.instance(other, state)
            if let earlier = ghost?.incarnation, earlier < incarnation, ghost?.spec.host == address.host,
                ghost?.spec.port == address.port
            {
                return true
            }
        }
        return false
    }

    /// After a conflict: the instance may be gone without its service's record or an override's having noted that.
    mutating func finishRemoval(of ghost: InstanceKey, besides service: ServiceKey, _ state: CatalogState) {
        self.completeRecord(of: ghost.service, state)
        // The answer's revision is that of both.
        if self.draft.isWritten(ghost.service, state) { self.draft.touch(service, state) }
        if self.draft.instance(ghost, state) == nil { self.note(isThere: false, OverrideKey(ghost), state) }
        self.noteGhost(ghost, state)
    }

    private mutating func noteGhost(_ key: InstanceKey, _ state: CatalogState) {
        self.await(self.draft.writes(touching: key.service, key.id, state))
        if !self.ghosts.contains(key) { self.ghosts.append(key) }
    }
}

/// Where an instance is reached, within a namespace. Hosts are compared as they are spelled.
struct Address: Hashable {
    let namespace: String
    let host: String
    let port: UInt16
}

extension Draft {
    /// Instances that are at an address, or were before this group, in the order of their keys.
    fileprivate func present(at address: Address, _ state: borrowing CatalogState) -> [InstanceKey] {
        let committed = state.instances(at: address)
        guard let arrived = self.arrivals[address] else { return committed }
        return committed + arrived.filter { !committed.contains($0) }
    }

    fileprivate func arrived(at address: Address) -> [InstanceKey] { self.arrivals[address] ?? [] }

    /// An instance with an incarnation was put there by this group.
    fileprivate mutating func note(_ key: InstanceKey, at address: Address) {
        if self.arrivals[address]?.contains(key) != true { self.arrivals[address, default: []].append(key) }
    }
}

extension CatalogState {
    /// The instances at an address, in the order of their keys.
    func instances(at address: Address) -> [InstanceKey] {
        var found: [InstanceKey] = []
        self.addresses.forEach(at: address.host, address.port) { record, service in
            guard let key = self.entries[service]?.service.key, key.namespace == address.namespace else { return }
            found.append(InstanceKey(service: key, id: record.id))
        }
        return found.count > 1 ? found.sorted() : found
    }
}
