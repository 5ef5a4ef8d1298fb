import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// What outlives every process: records by their numbers, and what is wrong with the device at the moment.
final class Disk: Sendable {
    struct Contents: Sendable {
        var revision = Revision.zero
        var nextNumber: Int64 = 1
        var services: [Int64: Service] = [:]
        var instances: [Int64: StoredInstance] = [:]
        var tombstones: [Int64: StoredTombstone] = [:]

        var stored: StoredCatalog {
            StoredCatalog(
                registryID: "0123456789abcdef0123456789abcdef", revision: self.revision,
                services: self.services.sorted { $0.key < $1.key }.map(\.value),
                instances: self.instances.sorted { $0.key < $1.key }.map(\.value),
                tombstones: self.tombstones.sorted { $0.key < $1.key }.map(\.value), nextNumber: self.nextNumber)
        }
    }

    /// What is wrong with the store for a while.
    enum Outage: Sendable {
        /// Every commit fails at once.
        case refusing(StoreError)
        /// Every commit waits until it is over.
        case hanging
    }

    private struct State {
        var contents = Contents()
        /// Before the newest commit.
        var previous = Contents()
        var outage: Outage?
        /// How many commits in a thousand meet something else than success.
        var roughness = 0
    }

    private let state = Mutex(State())

    var outage: Outage? {
        get { self.state.withLock { $0.outage } }
        set { self.state.withLock { $0.outage = newValue } }
    }

    var roughness: Int {
        get { self.state.withLock { $0.roughness } }
        set { self.state.withLock { $0.roughness = newValue } }
    }

    var contents: Contents { self.state.withLock { $0.contents } }
    var previous: Contents { self.state.withLock { $0.previous } }

    /// Commits what does not conflict; nil when nothing was committed.
    func commit(
        _ group: CommitGroup, conflicting: (Write) -> Bool
    ) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        self.state.withLock { state in
            var contents = state.contents
            let (outcomes, batch) = contents.commit(group, conflicting: conflicting)
            if batch != nil { (state.previous, state.contents) = (state.contents, contents) }
            return (outcomes, batch)
        }
    }

    /// What a commit would come to.
    func preview(_ group: CommitGroup) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        var contents = self.contents
        return contents.commit(group, conflicting: { _ in false })
    }
}

extension Disk.Contents {
    fileprivate mutating func commit(
        _ group: CommitGroup, conflicting: (Write) -> Bool
    ) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        let revision = self.revision.next
        var records: [Write.Record] = []
        let outcomes = group.writes.map { write -> CommitOutcome in
            guard !conflicting(write), self.revision(of: write.record) == write.expected else { return .conflict }
            records.append(self.put(write.record, revision))
            return .committed(revision)
        }
        guard !records.isEmpty else { return (outcomes, nil) }
        let changes = group.changes.filter { outcomes[$0.write] == .committed(revision) }.map { recorded in
            var change = recorded.change
            change.revision = revision
            return change
        }
        self.revision = revision
        return (outcomes, CommittedBatch(revision: revision, time: group.time, records: records, changes: changes))
    }

    /// The revision of the record that a write is about; nil when there is none.
    fileprivate func revision(of record: Write.Record) -> Revision? {
        switch record {
        case .service(_, let number, _): self.services[number]?.revision
        case .instance(_, let number, _, _): self.instances[number]?.instance.revision
        case .tombstone(_, let number, _): self.tombstones[number]?.tombstone.revision
        }
    }

    /// Stores one record and returns it with its revision.
    fileprivate mutating func put(_ record: Write.Record, _ revision: Revision) -> Write.Record {
        switch record {
        case .service(let key, let number, var value):
            value?.revision = revision
            self.services[number] = value
            self.nextNumber = max(self.nextNumber, number + 1)
            return .service(key, number: number, value)
        case .instance(let key, let number, let service, var value):
            value?.revision = revision
            self.instances[number] = value.map { StoredInstance(service: service, instance: $0) }
            self.nextNumber = max(self.nextNumber, number + 1)
            return .instance(key, number: number, service: service, value)
        case .tombstone(let key, let number, var value):
            value?.revision = revision
            self.tombstones[number] = value.map { StoredTombstone(service: key.service, tombstone: $0) }
            self.nextNumber = max(self.nextNumber, number + 1)
            return .tombstone(key, number: number, value)
        }
    }
}
