import RegistryCatalog
import RegistryModel

extension Event {
    /// What of it goes into a run's hash.
    var number: Int {
        switch self {
        case .committing(let id, let group): 1 + 32 * (id + group.writes.count << 20)
        case .durable(let id, _): 2 + 32 * id
        case .commitEnded(let id, let failed, let conflicted):
            3 + 32 * (id * 4 + (failed ? 1 : 0) + (conflicted ? 2 : 0))
        case .probed(let isWritable): 4 + (isWritable ? 32 : 0)
        case .loaded(let snapshots, let applied): 5 + 32 * (snapshots.count + Int(applied.rawValue) << 8)
        case .crashed: 6
        case .jumped(let from): 7 + 32 * Int(from)
        case .sampled(let age, _): 8 + 32 * Int(age.milliseconds)
        case .invoked(let call): 9 + 32 * call.id
        case .answered(let call, let result):
            10 + 32 * (call.id << 24 + Int((try? result.get())??.rawValue ?? -1))
        case .read(let reading): 11 + 32 * Int(reading.snapshot?.revision.rawValue ?? -1)
        case .waited(_, let after, let sawChange, _): 12 + 32 * (Int(after.rawValue) * 2 + (sawChange ? 1 : 0))
        case .watching(let id, _, let from): 13 + 32 * (id + Int(from?.rawValue ?? 0) << 8)
        case .told(let id, let told): 14 + 32 * (id + (told.isResumable ? 128 : 0) + Int(told.revision.rawValue) << 8)
        case .quiet(let id, _): 15 + 32 * id
        case .paused(let from): 16 + 32 * Int(from)
        case .cut(let from): 17 + 32 * Int(from)
        case .loadedLess(let revision): 18 + 32 * Int(revision.rawValue)
        case .digest(let digest): 19 + 32 * (Int(digest.sequence) << 16 + digest.beats.count)
        case .reloading: 21
        case .drained(let revision, let informed, _): 22 + 32 * (Int(revision.rawValue) * 4 + informed)
        case .putBack(let loss): 29 + (loss == nil ? 0 : 32)
        case .beset: 27
        case .relieved: 28
        case .conflicted(let revision): 26 + 32 * Int(revision.rawValue)
        case .stormed(let from): 25 + 32 * Int(from)
        case .members(let count): 24 + 32 * count
        case .settled(let settlement): 23 + 32 * Int(settlement.applied.rawValue)
        }
    }

    /// The event in words, for those who read a run.
    var line: String {
        switch self {
        case .committing(let id, let group):
            "commit \(id) of \(group.writes.count): "
                + group.changes.map { "\($0.change.cause) \($0.change.service)/\($0.change.instance)" }
                .joined(separator: ", ")
        case .durable(let id, let batch):
            "commit \(id) is durable as revision \(batch.revision)\(batch.numbers)"
        case .commitEnded(let id, let failed, let conflicted):
            "commit \(id) ends\(failed ? ", failed" : "")\(conflicted ? ", conflicted" : "")"
        case .probed(let isWritable): "the store is \(isWritable ? "" : "not ")writable"
        case .loaded(let snapshots, let applied): "a node has loaded \(snapshots.count) services at \(applied)"
        case .crashed: "CRASH"
        case .jumped(let from): "STANDSTILL since \(from)"
        case .sampled(let age, _): "age \(age)"
        case .invoked(let call):
            "call \(call.id): \(call.wish.word) \(call.instance.map { "\($0)" } ?? "\(call.service)")"
                + (call.incarnation.map { " #\($0)" } ?? "")
        case .answered(let call, .success(let revision)):
            "call \(call.id) done\(revision.map { " at \($0)" } ?? "")"
        case .answered(let call, .failure(let error)): "call \(call.id) refused: \(error.code)"
        case .read(let reading):
            "\(reading.key) is read at \(reading.snapshot.map { "\($0.revision)" } ?? "none"), applied \(reading.applied)"
        case .waited(let key, let after, let sawChange, _):
            "a wait for \(key) after \(after) \(sawChange ? "saw a change" : "saw none")"
        case .watching(let id, _, let from): "watcher \(id) begins from \(from.map { "\($0)" } ?? "now")"
        case .told(let id, let told): "watcher \(id): \(told.line)"
        case .paused(let from): "STOPPED since \(from)"
        case .cut(let from): "CUT OFF since \(from)"
        case .loadedLess(let revision): "a node has loaded less than \(revision)"
        case .digest(let digest):
            "digest \(digest.sequence) of \(digest.writer) at \(digest.applied): \(digest.beats)"
        case .reloading: "everything is read anew"
        case .drained(let revision, let informed, let applied):
            "drain \(revision) is taken over by node \(informed), which shows \(applied)"
        case .putBack(let loss): "etcd was put back\(loss.map { ": \($0)" } ?? "")"
        case .beset: "trouble begins"
        case .relieved: "trouble is over"
        case .conflicted(let revision): "nothing is done at \(revision)"
        case .stormed(let from): "STORM since \(from)"
        case .members(let count): "\(count) members"
        case .settled(let settlement): "settled at \(settlement.applied)"
        case .quiet(let id, let applied): "watcher \(id) is told nothing, applied was \(applied)"
        }
    }
}

extension Call.Wish {
    fileprivate var word: String {
        switch self {
        case .renewal: "renewal"
        case .report(let state): "report \(state.map { "\($0)" } ?? "")"
        case .command(.register(_)): "register"
        case .command(.update(_, _, _)): "update"
        case .command(.deregister(_, _)): "deregister"
        case .command(.deleteService(_, _)): "delete"
        case .command(.updateService(_, _, _)): "update service"
        case .command(.putOverride(_, let request)):
            "override \(request.status.map { "\($0)" } ?? "") \(request.weight.map { "\($0)" } ?? "")"
        case .command(.liftOverride(_)): "lift override"
        case .command: "command"
        }
    }
}

extension CommittedBatch {
    /// The instances that it puts, with their numbers.
    fileprivate var numbers: String {
        self.records.map { record in
            if case .instance(let key, let number, _, _?) = record { ", \(key) \(number)" } else { "" }
        }.joined()
    }
}

extension Told {
    /// What it says, in short.
    var line: String {
        let mark = self.isResumable ? "!" : ""
        return switch self.event {
        case .snapshot(let key, let snapshot):
            "\(self.revision) snapshot \(key) \(snapshot.map { "\($0.revision)" } ?? "none")\(mark)"
        case .delta(let delta): "\(self.revision) delta \(delta.key) \(delta.previous)-\(delta.revision)\(mark)"
        case .gap(let key, let from, let to): "\(self.revision) gap \(key) \(from)-\(to)\(mark)"
        case .synced: "\(self.revision) synced\(mark)"
        }
    }
}
