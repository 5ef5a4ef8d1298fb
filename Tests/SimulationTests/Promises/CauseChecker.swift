import RegistryCatalog
import RegistryModel

/// P7: nothing leaves the roll, or stops being available, without a change that says why in the same commit; and a restart
/// shows no less than there was before. Nor does a suspect leave the roll by itself, or become UP without being heard.
struct CauseChecker: Checker {
    static let promise = Promise.causes

    private var instances: [InstanceKey: Instance] = [:]
    private var emptiest: [ServiceKey: Int] = [:]

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .durable(_, let batch): return self.check(batch)
        case .loaded(let snapshots, _):
            var shown: [ServiceKey: Int] = [:]
            for snapshot in snapshots { shown[snapshot.key] = snapshot.instances.count }
            var counts: [ServiceKey: Int] = [:]
            for key in self.instances.keys { counts[key.service, default: 0] += 1 }
            return counts.filter { shown[$0.key] ?? 0 < $0.value }.sorted { $0.key < $1.key }.map {
                "a restart shows \(shown[$0.key] ?? 0) instances of \($0.key), which has \($0.value); nothing says why"
            }
        default: return []
        }
    }

    private mutating func check(_ batch: CommittedBatch) -> [String] {
        var found: [String] = []
        for case .instance(let key, _, _, var after) in batch.records {
            // What operators do to it has records and causes of its own.
            after?.apply(nil)
            let before = self.instances[key]
            self.instances[key] = after
            guard let before else { continue }
            let causes = batch.changes.filter { $0.service == key.service && $0.instance == key.id }.map(\.cause)
            if after == nil {
                if before.health.isSuspect,
                    !causes.contains(where: { [.deregister, .endProtection, .superseded].contains($0) })
                {
                    found.append("\(key) is gone at \(batch.revision) while it is suspect; recorded is \(causes)")
                }
                guard !causes.contains(where: { [.deregister, .purge, .superseded].contains($0) }) else { continue }
                found.append("\(key) is gone at \(batch.revision) without a cause; recorded is \(causes)")
            } else if let after, let doubt = Self.doubt(before, after, causes) {
                found.append("\(key) \(doubt) at \(batch.revision); recorded is \(causes)")
            } else if before.isAvailable, after?.isAvailable == false {
                guard !causes.contains(where: { [.expire, .report, .update, .register, .drain].contains($0) }) else {
                    continue
                }
                found.append(
                    "\(key) is not available any more at \(batch.revision) without a cause; recorded is \(causes)")
            }
        }
        return found
    }

    /// What is wrong with how an instance came under suspicion, or out of it; nil when nothing is.
    private static func doubt(_ before: Instance, _ after: Instance, _ causes: [Cause]) -> String? {
        let (was, now) = (before.health, after.health)
        if now.isSuspect, now.state != .down { return "is suspect and \(now.state)" }
        if now.isSuspect, !was.isSuspect, !causes.contains(.protect) { return "is suspect without a cause" }
        let signs: [Cause] = [.recover, .report, .register, .update, .ready]
        let isHeard = causes.contains(where: signs.contains)
        if was.state == .down, now.state == .up, !isHeard { return "is UP without being heard" }
        if was.isSuspect, !now.isSuspect, !isHeard, !causes.contains(.endProtection) {
            return "is taken for gone without a cause"
        }
        return nil
    }
}
