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
        default: break
        }
        return group
    }

    /// What a write is told when the store cannot be reached; nil for the reason.
    var refusal: CommitOutcome? { self == .tellsConflictInAnOutage ? .conflict : nil }
}
