import RollcallClient
import ServerTestKit

/// P1: no acknowledged write is lost, and nothing is there that nobody asked for.
///
/// Told of all writes of an instance in their order, it knows what the roll may hold: one thing after an answer, several
/// after requests that got none.
struct WriteChecker {
    private(set) var violations: [String] = []
    private var possible: [InstanceKey: [RollEntry]] = [:]
    private var acknowledged: [Place: WriteRecord] = [:]
    /// Writes of which only the latest possible revision is known, by instance and cause, in order.
    private var approximate: [Kind: [ClosedRange<Revision>]] = [:]
    /// Writes that got no answer, by instance and cause.
    private var unknown: [Kind: Int] = [:]

    private struct Place: Hashable {
        let revision: Revision
        let instance: InstanceKey
    }

    private struct Kind: Hashable {
        let instance: InstanceKey
        let cause: String
    }

    /// Instances that were ever written.
    var instances: [InstanceKey] { Array(self.possible.keys) }

    /// The next write of its instance.
    mutating func take(_ write: WriteRecord) {
        let before = self.possible[write.instance] ?? [.absent]
        switch write.outcome {
        case .acknowledged(let revision):
            self.settle(write, at: revision, before)
            self.acknowledged[Place(revision: revision, instance: write.instance)] = write
        case .acknowledgedBy(let revision):
            self.settle(write, at: revision, before)
            let earliest = min(before.compactMap(\.revision).max() ?? .zero, revision)
            self.approximate[Kind(instance: write.instance, cause: write.cause), default: []]
                .append(earliest...revision)
        case .notFound:
            if !before.contains(where: { $0.weight == nil }) { self.report("\(write): there was \(before)") }
            self.possible[write.instance] = [.absent]
        case .unknown:
            self.possible[write.instance] = before + [RollEntry(weight: write.weight, revision: nil)]
            self.unknown[Kind(instance: write.instance, cause: write.cause), default: 0] += 1
        }
    }

    private mutating func settle(_ write: WriteRecord, at revision: Revision, _ before: [RollEntry]) {
        if let later = before.compactMap(\.revision).max(), later >= revision {
            self.report("\(write) is not after \(later)")
        }
        if write.cause != "register", !before.contains(where: { $0.weight != nil }) {
            self.report("\(write) was acknowledged, and it was not there")
        }
        self.possible[write.instance] = [RollEntry(weight: write.weight, revision: revision)]
    }

    /// What the roll holds of an instance while nobody writes: after a restart.
    mutating func find(_ entry: RollEntry, of instance: InstanceKey) {
        let before = self.possible[instance] ?? [.absent]
        let isPossible = before.contains { possible in
            guard possible.weight == entry.weight else { return false }
            return entry.weight == nil || possible.revision == nil || possible.revision == entry.revision
        }
        if !isPossible { self.report("\(instance) is \(entry), and may only be one of \(before)") }
        self.possible[instance] = [entry]
    }

    /// Compares the whole history with what was asked for.
    mutating func compare(_ history: [HistoryRecord]) {
        var rest = self.acknowledged
        var approximate = self.approximate
        var unknown = self.unknown
        for record in history {
            let key = InstanceKey(service: record.service, id: record.instance)
            if let write = rest.removeValue(forKey: Place(revision: record.revision, instance: key)) {
                if write.cause != record.cause { self.report("\(write) is recorded as \(record.cause)") }
                continue
            }
            let kind = Kind(instance: key, cause: record.cause)
            if let index = approximate[kind]?.firstIndex(where: { $0.contains(record.revision) }) {
                approximate[kind]?.remove(at: index)
            } else if let count = unknown[kind], count > 0 {
                unknown[kind] = count - 1
            } else {
                self.report("nobody asked for \(record)")
            }
        }
        for write in rest.values { self.report("\(write) is not in the history") }
        for (kind, ranges) in approximate {
            for range in ranges { self.report("\(kind.cause) of \(kind.instance) in \(range) is not in the history") }
        }
    }

    private mutating func report(_ violation: String) { self.violations.append(violation) }
}
