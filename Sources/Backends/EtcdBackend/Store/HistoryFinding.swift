import RegistryCatalog
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which history an etcd holds, beside the one that a node knows. Pure.
enum HistoryFinding: Hashable, Sendable {
    /// All that the node knows, and what came after it.
    case own
    /// An operator has decided which history counts, and the node is to take that over.
    case settled(Timeline)
    /// Not the node's, or less than it knows: nothing may be written, nor what is shown be replaced.
    case other(StoreError)

    /// - Parameters:
    ///   - meta: as etcd holds it; nil: not at all, or it is no record.
    ///   - schema: the latest that this program speaks.
    ///   - isComplete: what the node has seen last is there.
    init(
        _ meta: StoredMetaRecord?, registryID: String, timeline: Timeline, schema: UInt32, isComplete: Bool
    ) {
        guard let meta, meta.timeline <= Timeline.last.number,
            meta.registryID == registryID
                ? meta.timeline >= timeline.number
                : meta.timeline > timeline.number && meta.givenUp.contains(registryID)
        else {
            self = .other(.anotherHistory)
            return
        }
        if meta.level > schema {
            self = .other(.newerLevel(meta.level, schema))
        } else if meta.reseeding != 0 {
            self = .other(.beingReseeded)
        } else if meta.timeline > timeline.number {
            self = .settled(Timeline(number: Int64(meta.timeline)))
        } else {
            self = isComplete ? .own : .other(.anotherHistory)
        }
    }
}

extension EtcdRangeResponse {
    /// What was asked for as the record of `meta`; nil: it is not there, or no record.
    var meta: StoredMetaRecord? { self.kvs.first.flatMap { try? StoredMetaRecord(serializedBytes: $0.value) } }
}

/// A key as it was at a revision: a history in which it was so is the same up to there.
struct HistoryMark: Hashable, Sendable {
    let key: Data
    let value: Data
    let revision: Int64

    init(key: Data, value: Data, revision: Int64) {
        self.key = key
        self.value = value
        self.revision = revision
    }

    init(_ pair: EtcdKeyValue) { self.init(key: pair.key, value: pair.value, revision: pair.modRevision) }
}

extension StoreError {
    static let anotherHistory = StoreError(
        .readOnly,
        "etcd holds another history than this node, or less of it: it was emptied, or restored from a snapshot. Nothing is written "
            + "until an operator has decided which one counts: run rollcall cluster adopt to take etcd's, or "
            + "rollcall cluster reseed to write this node's back")
    static let beingReseeded = StoreError(
        .readOnly,
        "a node is writing its history back to etcd (rollcall cluster reseed); this goes on by itself once that is done. If the node "
            + "has died, run rollcall cluster reseed on another one")
    static let nothingToSettle = StoreError(
        .refused, "etcd holds this node's own history: there is nothing to adopt and nothing to reseed")

    static func newerLevel(_ level: UInt32, _ schema: UInt32) -> StoreError {
        StoreError(
            .newerVersion,
            "the registry in etcd speaks schema \(level), and this program up to \(schema); use the newer program that wrote it"
        )
    }
}
