import RegistryCatalog
import RegistryModel
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The versions of what is written.
enum Schema {
    /// What this program writes, and knows in full. Records of a later one keep what it does not know.
    static let current: UInt32 = 1
}

/// One record as it lies under its key.
enum StoredValue {
    case service(Service)
    /// With the number of its service.
    case instance(InstanceKey, service: Int64, Instance)
    case tombstone(InstanceKey, Tombstone)
    case override(StoredOverride)
    case subscription(Subscription)
    case head(StoredHeadRecord)
    case numbers(StoredNumbersRecord)
    case meta(StoredMetaRecord)
    case member(Member)
    case digest(Digest, position: Int64)
    case other

    /// Also returns whether a later version wrote it.
    ///
    /// Throws ``StoreError`` of code `damaged` when a value is no record.
    static func read(
        _ pair: EtcdKeyValue, _ layout: EtcdLayout, _ timeline: Timeline
    ) throws(StoreError) -> (value: StoredValue, isForeign: Bool) {
        let revision = timeline.revision(pair.modRevision)
        do {
            let place = EtcdLayout.place(of: layout.name(of: pair.key))
            if let own = try self.ownWord(pair, place, timeline) { return (own, false) }
            let (value, schema) = try self.decode(pair, place, revision)
            return (value, schema > Schema.current)
        } catch {
            throw StoreError(
                .damaged,
                "the value of \(layout.key(layout.name(of: pair.key))) in etcd is no record of this program (\(error)); "
                    + "remove that key, or restore a snapshot of etcd")
        }
    }

    private static func decode(
        _ pair: EtcdKeyValue, _ place: EtcdLayout.Place, _ revision: Revision
    ) throws -> (StoredValue, schema: UInt32) {
        switch place {
        case .service:
            let record = try StoredServiceRecord(serializedBytes: pair.value)
            return (.service(record.model(revision: revision)), record.schema)
        case .instance(let key):
            let entry = try StoredInstanceEntry(serializedBytes: pair.value)
            return (try self.instance(key, entry, revision), entry.schema)
        case .override:
            let record = try StoredOverrideRecord(serializedBytes: pair.value)
            return (.override(record.model(revision: revision)), record.schema)
        case .subscription:
            let record = try StoredSubscriptionRecord(serializedBytes: pair.value)
            return (.subscription(record.model(revision: revision)), record.schema)
        case .head: return (.head(try StoredHeadRecord(serializedBytes: pair.value)), 0)
        case .numbers: return (.numbers(try StoredNumbersRecord(serializedBytes: pair.value)), 0)
        case .meta: return (.meta(try StoredMetaRecord(serializedBytes: pair.value)), 0)
        case .member, .digest, .other: return (.other, 0)
        }
    }

    /// What a node says of itself, which nobody else ever writes; nil: it is something else. Revisions of etcd's are told as the
    /// registry's, so that they do not go back with another timeline.
    private static func ownWord(
        _ pair: EtcdKeyValue, _ place: EtcdLayout.Place, _ timeline: Timeline
    ) throws -> StoredValue? {
        switch place {
        case .member(let id):
            let record = try StoredMemberRecord(serializedBytes: pair.value)
            return .member(record.model(id: id, epoch: timeline.revision(pair.createRevision).rawValue))
        case .digest(let writer):
            let record = try StoredDigestRecord(serializedBytes: pair.value)
            return .digest(record.model(writer: writer), position: timeline.revision(pair.modRevision).rawValue)
        default: return nil
        }
    }

    private static func instance(_ key: InstanceKey, _ entry: StoredInstanceEntry, _ revision: Revision) throws -> Self
    {
        switch entry.entry {
        case .instance(let record): .instance(key, service: record.service, record.model(revision: revision))
        case .tombstone(let record): .tombstone(key, record.model(revision: revision))
        case nil: throw EmptyEntry()
        }
    }

    private struct EmptyEntry: Error {}
}
