import RegistryCatalog
import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EtcdStore {
    /// What the store knows while it is open. Revisions are etcd's where they are no ``Revision``.
    struct Session: Sendable {
        var registryID = ""
        var timeline = Timeline(number: 0)
        /// The lowest schema that every member speaks: what is written.
        var level: UInt32 = 1
        /// Of the key that holds these.
        var metaRevision: Int64 = 0
        /// Numbers that are this node's alone to give out.
        var numbers: Range<Int64> = 0..<0
        /// Above every number that was given to a row here.
        var nextNumber: Int64 = 1
        /// The revision of this writer's fence; nil: it is to be renewed, for a commit may still be on its way.
        var fence: Int64?
        /// Of the last transaction that was tried.
        var sequence: UInt64 = 0
        /// Transactions that are yet to be tried with each operation for itself, since one that was tried jointly was refused.
        var separate = 0
        /// The newest thing that was watched, and the newest beyond that which an answer to a write has named: by these the same
        /// history is known again.
        private(set) var watched: HistoryMark?
        private(set) var answered: HistoryMark?
        var isWatching = false
        /// How often the watch has come about.
        var watches: Int64 = 0
        /// What the watch brings does not count any more: it is to begin anew.
        var isWatchOver = false
        /// How often everything was to be read anew.
        var reloads: Int64 = 0
        /// The revision of the newest commit that was delivered.
        var delivered: Revision = .zero
        /// The newest of this process that etcd has.
        private(set) var ownDigest: HistoryMark?
        /// The first of this process' digests that etcd has and the watch has not brought, and since when (monotonic milliseconds).
        private(set) var awaited: (revision: Int64, since: Int64)?
        var trace = RevisionTrace()
        /// Why nothing may be written, though etcd could be.
        var obstacle: StoreError?
        /// What this node is known to have shown before it started, and is not in etcd; nil: it is, or nothing is known.
        private(set) var beside: ExpectedHistory?
        /// Etcd's `head` when all that it holds was last read and found to be less than that.
        private var refusedHead: Int64?
        /// A later version has written here: records are read before they are written, so that nothing of its is lost.
        var hasForeignRecords = false

        var marks: [HistoryMark] { [self.watched, self.answered].compactMap(\.self) }

        mutating func note(watched mark: HistoryMark) {
            if let awaited, awaited.revision <= mark.revision { self.awaited = nil }
            if mark.revision > self.watched?.revision ?? 0 { self.watched = mark }
            if let answered, answered.revision <= mark.revision { self.answered = nil }
        }

        mutating func note(answered mark: HistoryMark) {
            guard mark.revision > self.watched?.revision ?? 0, mark.revision > self.answered?.revision ?? 0 else {
                return
            }
            self.answered = mark
        }

        /// Etcd has one of this process' digests.
        mutating func note(ownDigest digest: HistoryMark, now: Int64) {
            self.note(answered: digest)
            if digest.revision > self.ownDigest?.revision ?? 0 { self.ownDigest = digest }
            if self.awaited == nil, digest.revision > self.watched?.revision ?? 0 {
                self.awaited = (digest.revision, now)
            }
        }

        /// The watch begins anew, and has its time again.
        mutating func forgetAwaited() { self.awaited = nil }

        mutating func note(_ meta: StoredMetaRecord, revision: Int64) {
            self.registryID = meta.registryID
            self.timeline = Timeline(number: Int64(meta.timeline))
            self.level = meta.level
            self.metaRevision = revision
        }

        /// What was known of etcd's revisions holds no longer: they may be lower now.
        mutating func beginTimeline() {
            self.numbers = 0..<0
            self.fence = nil
            self.watched = nil
            self.answered = nil
            self.ownDigest = nil
            self.awaited = nil
            self.trace = RevisionTrace()
        }

        /// This node is of that history from here on, whatever etcd holds.
        mutating func standBeside(_ expected: ExpectedHistory) {
            self.beginTimeline()
            self.registryID = expected.registryID
            self.timeline = Timeline(of: expected.revision)
            self.delivered = .zero
            self.obstacle = .anotherHistory
            self.beside = expected
            self.refusedHead = nil
            self.isWatchOver = true
            self.reloads += 1
        }

        /// All that etcd holds, with that `head`, is less than what is expected.
        mutating func noteRefused(head: Int64) { self.refusedHead = head }

        /// Whether all that etcd holds is to be read and compared, since it is not what was refused.
        func mayHoldExpected(head: Int64) -> Bool { self.refusedHead != head }

        mutating func follow() {
            self.beside = nil
            self.refusedHead = nil
            self.obstacle = nil
        }

        /// - Parameter newest: the newest commit that etcd holds; nil: it has not been read. Beside what is expected only that counts, for etcd's
        ///   own revisions go on without one.
        func finding(
            _ meta: StoredMetaRecord?, schema: UInt32, isComplete: Bool, newest: Revision? = nil
        ) -> HistoryFinding {
            let holdsExpected = self.beside.map { newest ?? .zero >= $0.revision } ?? true
            return HistoryFinding(
                meta, registryID: self.registryID, timeline: self.timeline, schema: schema,
                isComplete: isComplete && holdsExpected)
        }
    }
}
