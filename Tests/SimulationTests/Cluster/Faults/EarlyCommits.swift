import RegistryCatalog
import RegistryModel
import Synchronization

/// Own commits that are handed over as soon as they are answered, before the watch has come to them.
final class EarlyCommits: Sendable {
    private struct State {
        var waiting: [CommittedBatch] = []
        var handedOver: Set<Revision> = []
        var newest = Revision.zero
    }

    private let state = Mutex(State())

    func add(_ group: CommitGroup, _ outcomes: [CommitOutcome]) {
        let revisions = Set(outcomes.compactMap { if case .committed(let revision) = $0 { revision } else { nil } })
        self.state.withLock { state in
            for revision in revisions.sorted() where revision > state.newest {
                let done = outcomes.indices.filter { outcomes[$0] == .committed(revision) }
                let changes = group.changes.filter { done.contains($0.write) }.map { recorded in
                    var change = recorded.change
                    change.revision = revision
                    return change
                }
                state.waiting.append(
                    CommittedBatch(
                        revision: revision, time: group.time,
                        records: done.map { group.writes[$0].record.at(revision) },
                        changes: changes))
            }
        }
    }

    func merged(with stream: AsyncStream<CommittedBatch>) -> AsyncStream<CommittedBatch> {
        stream.preceded(by: { self.takeEarly() }, changing: { self.passOn($0) })
    }

    private func takeEarly() -> CommittedBatch? {
        self.state.withLock { state in
            state.waiting.removeAll { $0.revision <= state.newest }
            guard !state.waiting.isEmpty else { return nil }
            let batch = state.waiting.removeFirst()
            state.handedOver.insert(batch.revision)
            return batch
        }
    }

    /// What was handed over already has no records any more when the watch brings it.
    private func passOn(_ batch: CommittedBatch) -> CommittedBatch {
        self.state.withLock { state in
            state.newest = max(state.newest, batch.revision)
            guard state.handedOver.remove(batch.revision) != nil else { return batch }
            var batch = batch
            batch.records = []
            batch.changes = []
            return batch
        }
    }
}
