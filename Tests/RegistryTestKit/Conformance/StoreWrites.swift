import RegistryCatalog
import RegistryModel

/// Short forms of what the checks write.
extension Write {
    static func put(_ service: Service, expected: Revision? = nil) -> Write {
        Write(.service(service.key, number: service.number, service), expected: expected)
    }

    static func put(_ instance: Instance, of service: Service = Sample.service(), expected: Revision? = nil) -> Write {
        let key = InstanceKey(service: service.key, id: instance.id)
        return Write(.instance(key, number: instance.number, service: service.number, instance), expected: expected)
    }

    static func put(
        _ tombstone: Tombstone, of service: Service = Sample.service(), expected: Revision? = nil
    ) -> Write {
        let key = InstanceKey(service: service.key, id: tombstone.id)
        return Write(.tombstone(key, number: tombstone.number, tombstone), expected: expected)
    }

    static func put(_ stored: StoredOverride, expected: Revision? = nil) -> Write {
        Write(.override(stored.key, number: stored.override.number, stored.override), expected: expected)
    }

    static func put(_ subscription: Subscription, expected: Revision? = nil) -> Write {
        Write(.subscription(subscription.id, number: subscription.number, subscription), expected: expected)
    }

    /// The same record, removed.
    func removed(expected: Revision?) -> Write {
        switch self.record {
        case .service(let key, let number, _): Write(.service(key, number: number, nil), expected: expected)
        case .instance(let key, let number, let service, _):
            Write(.instance(key, number: number, service: service, nil), expected: expected)
        case .tombstone(let key, let number, _): Write(.tombstone(key, number: number, nil), expected: expected)
        case .override(let key, let number, _): Write(.override(key, number: number, nil), expected: expected)
        case .subscription(let id, let number, _): Write(.subscription(id, number: number, nil), expected: expected)
        }
    }
}

extension CatalogStore {
    func commit(_ writes: [Write], changes: [CommitGroup.RecordedChange] = []) async -> [CommitOutcome] {
        await self.commit(CommitGroup(time: Sample.time, writes: writes, changes: changes))
    }

    /// Commits one write that must succeed, with one change, and returns the revision.
    @discardableResult
    func commitOne(
        _ write: Write, _ change: Change = Sample.change(), file: StaticString = #fileID, line: UInt = #line
    ) async throws -> Revision {
        let group = CommitGroup(time: change.time, writes: [write], changes: [.init(change, write: 0)])
        let outcomes = await self.commit(group)
        guard case .committed(let revision) = outcomes.first, outcomes.count == 1 else {
            throw ConformanceFailure(description: "\(file):\(line): one sound write gave \(outcomes)")
        }
        return revision
    }
}

extension [CommitOutcome] {
    /// The revisions of the writes that are committed.
    var revisions: [Revision] {
        self.compactMap { if case .committed(let revision) = $0 { revision } else { nil } }
    }
}

extension StoredCatalog {
    /// In the order of numbers, so that two can be compared.
    var sorted: StoredCatalog {
        var result = self
        result.services.sort { $0.number < $1.number }
        result.instances.sort { $0.instance.number < $1.instance.number }
        result.tombstones.sort { $0.tombstone.number < $1.tombstone.number }
        result.overrides.sort { $0.override.number < $1.override.number }
        return result
    }
}
