import RegistryModel

extension Draft {
    /// Where a written record is.
    enum Place {
        case service(Int)
        case instance(Int)
        case tombstone(Int)
        case override(Int)
        case subscription(Int)
    }

    /// What is to be committed, and for each place of a write its index there; nil for what came and went within the group.
    func group() -> (group: CommitGroup, indices: [Int?]) {
        var writes: [Write] = []
        writes.reserveCapacity(self.order.count)
        var indices: [Int?] = []
        indices.reserveCapacity(self.order.count)
        for place in self.order {
            let write = self.write(place)
            indices.append(write.map { _ in writes.count })
            if let write { writes.append(write) }
        }
        var recorded: [CommitGroup.RecordedChange] = []
        recorded.reserveCapacity(self.changes.count)
        for (change, service, instance) in self.changes {
            // A decision is a record of its own, whatever becomes of the one that it is about.
            let decision = change.cause.isDecision ? self.overrideWrite(of: change).flatMap { indices[$0] } : nil
            // An instance that came and went within the group has no write of its own.
            let own = instance.flatMap { self.instances[$0].write }.flatMap { indices[$0] }
            guard let write = decision ?? own ?? self.services[service].write.flatMap({ indices[$0] }) else { continue }
            recorded.append(CommitGroup.RecordedChange(change, write: write))
        }
        return (CommitGroup(time: self.time, writes: writes, changes: recorded), indices)
    }

    private func overrideWrite(of change: Change) -> Int? {
        self.overrides[OverrideKey(service: change.service, instance: change.instance.isEmpty ? nil : change.instance)]?
            .write
    }

    private func write(_ place: Place) -> Write? {
        switch place {
        case .service(let place):
            let record = self.services[place]
            return record.number.map {
                Write(.service(record.key, number: $0, record.value), expected: record.expected)
            }
        case .instance(let place):
            let record = self.instances[place]
            guard let number = record.number,
                let service = self.services[record.service].number
            else { return nil }
            return Write(
                .instance(record.key, number: number, service: service, record.value), expected: record.expected,
                restsOnSilence: record.restsOnSilence)
        case .tombstone(let place):
            let record = self.tombstones[place]
            return record.number.map {
                Write(.tombstone(record.key, number: $0, record.value), expected: record.expected)
            }
        case .override(let place):
            let record = self.overrides.records[place]
            return record.number.map {
                Write(.override(record.key, number: $0, record.value), expected: record.expected)
            }
        case .subscription(let place):
            let record = self.subscriptions.records[place]
            return record.number.map {
                Write(.subscription(record.key, number: $0, record.value), expected: record.expected)
            }
        }
    }
}

extension Cause {
    /// Whether it is about an operator's decision.
    fileprivate var isDecision: Bool { self == .override || self == .liftOverride }
}
