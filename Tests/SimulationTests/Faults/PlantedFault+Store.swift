import RegistryCatalog
import RegistryModel
import RegistryTestKit

extension PlantedFault {
    /// What a process reads at its start in place of what is on the disk; nil for just that.
    func loaded(_ disk: Disk) -> StoredCatalog? {
        var stored = disk.contents.stored
        switch self {
        case .restartForgetsTheLastCommit: return disk.previous.stored
        case .restartLoadsNoInstances: stored.instances = []
        case .restartLoadsNoTombstones: stored.tombstones = []
        case .restartLoadsNoOverrides: stored.overrides = []
        case .restartLoadsOverridesWithoutEnd:
            for index in stored.overrides.indices { stored.overrides[index].override.expiresAt = nil }
        case .revisionsGoBackAfterRestart:
            for index in stored.services.indices {
                stored.services[index].revision = Self.lowered(stored.services[index].revision)
            }
            for index in stored.instances.indices {
                let revision = stored.instances[index].instance.revision
                stored.instances[index].instance.revision = Self.lowered(revision)
            }
        default: return nil
        }
        return stored
    }

    private static func lowered(_ revision: Revision) -> Revision { Revision(max(revision.rawValue - 1, 1)) }

    /// What is written in place of a group.
    func written(_ group: CommitGroup, on disk: Disk) -> CommitGroup {
        var group = group
        switch self {
        case .dropsTheRecordOfAChange: group.changes.removeAll { $0.change.cause == .expire }
        case .dropsTombstones:
            for index in group.writes.indices {
                guard case .tombstone(let key, let number, _) = group.writes[index].record else { continue }
                group.writes[index].record = .tombstone(key, number: number, nil)
            }
        case .forgetsTombstonesEarly:
            // Last, so that the outcomes of the others keep their places.
            if let oldest = disk.contents.stored.tombstones.first {
                let key = InstanceKey(service: oldest.service, id: oldest.tombstone.id)
                let record = Write.Record.tombstone(key, number: oldest.tombstone.number, nil)
                group.writes.append(Write(record, expected: oldest.tombstone.revision))
            }
        case .purgesASuspect: Self.purgeASuspect(in: disk, &group)
        case .relabelsSuspects:
            for index in group.writes.indices {
                guard case .instance(let key, let number, let service, var instance?) = group.writes[index].record,
                    instance.health.isSuspect
                else { continue }
                instance.health = Health(state: .up, cause: .protect, since: group.time)
                group.writes[index].record = .instance(key, number: number, service: service, instance)
            }
        case .overridesAreStoredWithoutEnd:
            for index in group.writes.indices {
                guard case .override(let key, let number, var override) = group.writes[index].record else { continue }
                override?.expiresAt = nil
                group.writes[index].record = .override(key, number: number, override)
            }
        case .registeringAgainDropsOverrides: group.writes += Self.dropping(group, on: disk)
        default: break
        }
        return group
    }

    /// Last, so that the outcomes of the others keep their places.
    private static func purgeASuspect(in disk: Disk, _ group: inout CommitGroup) {
        let stored = disk.contents.stored
        guard let suspect = stored.instances.first(where: { $0.instance.health.isSuspect }),
            let service = stored.services.first(where: { $0.number == suspect.service })
        else { return }
        let key = InstanceKey(service: service.key, id: suspect.instance.id)
        let isWritten = group.writes.contains { write in
            if case .instance(let written, _, _, _) = write.record { written == key } else { false }
        }
        if isWritten { return }
        let number = suspect.instance.number
        group.writes.append(
            Write(
                .instance(key, number: number, service: service.number, nil), expected: suspect.instance.revision))
        let change = Change(
            revision: .zero, time: group.time, service: service.key, instance: key.id, cause: .purge,
            actor: Change.registryActor)
        group.changes.append(CommitGroup.RecordedChange(change, write: group.writes.count - 1))
    }

    /// Removals of the overrides of those that register. Last, so that the outcomes of the others keep their places.
    private static func dropping(_ group: CommitGroup, on disk: Disk) -> [Write] {
        let registered = Set(
            group.changes.filter { $0.change.cause == .register }.map {
                OverrideKey(service: $0.change.service, instance: $0.change.instance)
            })
        let written = Set(
            group.writes.compactMap { write -> OverrideKey? in
                if case .override(let key, _, _) = write.record { key } else { nil }
            })
        return disk.contents.stored.overrides.filter { registered.subtracting(written).contains($0.key) }.map {
            Write(.override($0.key, number: $0.override.number, nil), expected: $0.override.revision)
        }
    }

    /// What a write is told when the store cannot be reached; nil for the reason.
    var refusal: CommitOutcome? { self == .tellsConflictInAnOutage ? .conflict : nil }
}
