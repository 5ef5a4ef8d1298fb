import RegistryCatalog
import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is to become of one key, if it is as it was when that was decided.
struct PlannedOperation {
    /// Below the prefix.
    let key: String
    /// Etcd's revision of the key; 0: there must be none.
    private(set) var expected: Int64
    /// What it becomes, or what goes.
    private(set) var record: Write.Record
    /// The group's writes that it stands for: one, or two when an instance and its tombstone take each other's place.
    private(set) var writes: [Int]
    /// What goes with it, for `head`.
    private(set) var removals: [StoredRemovalRecord]
    /// It rests on nobody having beaten.
    private(set) var restsOnSilence: Bool
    /// The service whose record is to be rewritten in the same transaction.
    private(set) var service: ServiceKey?
    private let isInstance: Bool

    /// Nil: it conflicts whatever is stored, for it rests on a record that never was.
    init?(_ write: Write, at index: Int, _ timeline: Timeline) {
        if let expected = write.expected {
            guard let revision = timeline.etcdRevision(expected) else { return nil }
            self.expected = revision
        } else {
            self.expected = 0
        }
        self.key = write.record.key
        self.record = write.record
        self.writes = [index]
        self.removals = write.record.removal.map { [$0] } ?? []
        self.restsOnSilence = write.restsOnSilence
        switch write.record {
        case .instance(let key, _, _, _):
            self.service = key.service
            self.isInstance = true
        default:
            self.service = nil
            self.isInstance = false
        }
    }

    /// Whether it removes what must not exist, which conflicts unless something else of the group makes sense of it.
    var isVoid: Bool { self.expected == 0 && self.record.isRemoval }

    /// Takes over another write of the same key, if one removes the instance and the other puts its tombstone, or the other way
    /// round: then the key changes once. False if they do not belong together.
    mutating func fuse(_ other: PlannedOperation) -> Bool {
        guard self.writes.count == 1, self.isInstance != other.isInstance else { return false }
        let (removal, put) = self.record.isRemoval ? (self, other) : (other, self)
        guard removal.record.isRemoval, !put.record.isRemoval, put.expected == 0, removal.expected > 0 else {
            return false
        }
        self.expected = removal.expected
        self.record = put.record
        self.removals = removal.removals
        self.writes += other.writes
        self.service = self.service ?? other.service
        self.restsOnSilence = self.restsOnSilence || other.restsOnSilence
        return true
    }
}
