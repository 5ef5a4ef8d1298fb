import RegistryCatalog
import RegistryModel
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Write.Record {
    /// The value to store; nil: the record is removed.
    ///
    /// - Parameters:
    ///   - before: what is stored now, if it was written by a later version: what that knows and this does not is kept.
    ///   - level: the schema that is written.
    func value(over before: Data?, _ level: UInt32) throws -> Data? {
        switch self {
        case .service(_, _, let service?):
            var record = try before.map { try StoredServiceRecord(serializedBytes: $0) } ?? StoredServiceRecord()
            record.schema = max(record.schema, level)
            record.update(to: service)
            return try record.serializedBytes()
        case .instance(_, _, let service, let instance?):
            var entry = try before.map { try StoredInstanceEntry(serializedBytes: $0) } ?? StoredInstanceEntry()
            entry.schema = max(entry.schema, level)
            entry.instance.update(to: instance, service: service)
            return try entry.serializedBytes()
        case .tombstone(_, _, let tombstone?):
            var entry = try before.map { try StoredInstanceEntry(serializedBytes: $0) } ?? StoredInstanceEntry()
            entry.schema = max(entry.schema, level)
            entry.tombstone.update(to: tombstone)
            return try entry.serializedBytes()
        case .override(let key, _, let override?):
            var record = try before.map { try StoredOverrideRecord(serializedBytes: $0) } ?? StoredOverrideRecord()
            record.schema = max(record.schema, level)
            record.update(to: StoredOverride(key: key, override: override))
            return try record.serializedBytes()
        case .subscription(_, _, let subscription?):
            var record =
                try before.map { try StoredSubscriptionRecord(serializedBytes: $0) } ?? StoredSubscriptionRecord()
            record.schema = max(record.schema, level)
            record.update(to: subscription)
            return try record.serializedBytes()
        case .service, .instance, .tombstone, .override, .subscription: return nil
        }
    }

    /// Its key below the prefix. An instance and its tombstone share one: at most one of them is there.
    var key: String {
        switch self {
        case .service(let key, _, _): EtcdLayout.service(key)
        case .instance(let key, _, _, _), .tombstone(let key, _, _): EtcdLayout.instance(key)
        case .override(let key, _, _): EtcdLayout.override(key)
        case .subscription(let id, _, _): EtcdLayout.subscription(id)
        }
    }

    var isRemoval: Bool {
        switch self {
        case .service(_, _, nil), .instance(_, _, _, nil), .tombstone(_, _, nil), .override(_, _, nil),
            .subscription(_, _, nil):
            true
        default: false
        }
    }

    /// What a removal leaves behind in `head`.
    var removal: StoredRemovalRecord? {
        guard self.isRemoval else { return nil }
        var removal = StoredRemovalRecord()
        removal.key = self.key
        removal.number = self.number
        switch self {
        case .service: removal.kind = .service
        case .instance(_, _, let service, _):
            removal.kind = .instance
            removal.service = service
        case .tombstone: removal.kind = .tombstone
        case .override: removal.kind = .override
        case .subscription: removal.kind = .subscription
        }
        return removal
    }
}
