import RegistryCatalog
import RegistryModel

/// The overrides that are on the disk, and whether each that begins, changes or ends there does so for a reason.
struct OverrideLedger {
    private let absence: TimeSpan
    private(set) var present: [OverrideKey: Override] = [:]
    /// What somebody ever asked to lift.
    private var asked: Set<OverrideKey> = []

    init(absence: TimeSpan) { self.absence = absence }

    mutating func note(_ call: Call) {
        if case .command(.liftOverride(let key)) = call.wish { self.asked.insert(key) }
    }

    mutating func take(_ batch: CommittedBatch, _ truth: Truth) -> [String] {
        var found: [String] = []
        var touched: Set<OverrideKey> = []
        for record in batch.records {
            switch record {
            case .override(let key, _, let after):
                touched.insert(key)
                let causes = batch.changes.filter { $0.isAbout(key) }
                if let fault = self.fault(self.present[key], after, causes, key, batch) {
                    found.append("the override of \(key) \(fault) at \(batch.revision)")
                }
                self.present[key] = after
            case .instance(let key, _, _, _): touched.insert(OverrideKey(key))
            case .service(let key, _, _): touched.insert(OverrideKey(service: key))
            case .tombstone, .subscription: break
            }
        }
        for key in touched.sorted() {
            guard let override = self.present[key] else { continue }
            if (override.absentSince == nil) != truth.isThere(key) {
                found.append("the override of \(key) does not know at \(batch.revision) whether that is there")
            }
        }
        return found
    }

    /// What is wrong with how an override came to be what it is; nil when nothing.
    private func fault(
        _ before: Override?, _ after: Override?, _ changes: [Change], _ key: OverrideKey, _ batch: CommittedBatch
    ) -> String? {
        guard let after else {
            guard let before else { return nil }
            guard let end = changes.last(where: { $0.cause == .liftOverride }) else { return "ends without a reason" }
            if end.actor != Change.registryActor { return self.asked.contains(key) ? nil : "ends, and nobody asked" }
            if let end = before.expiresAt, end <= batch.time { return nil }
            let isForgotten = before.absentSince.map { batch.time.since($0) >= self.absence } ?? false
            return isForgotten && !batch.registered(key, before: end) ? nil : "ends before its time"
        }
        if before?.decision == after.decision { return nil }
        return changes.contains { $0.cause == .override && $0.actor == after.actor } ? nil : "changes without a reason"
    }
}

extension Change {
    fileprivate func isAbout(_ key: OverrideKey) -> Bool {
        self.service == key.service && self.instance == key.instance ?? ""
    }
}

extension CommittedBatch {
    /// Whether what an override is about came within this commit before a change did.
    fileprivate func registered(_ key: OverrideKey, before end: Change) -> Bool {
        self.changes.prefix { $0 != end }.contains { change in
            change.cause == .register && change.service == key.service
                && (key.instance == nil || change.instance == key.instance)
        }
    }
}

extension Override {
    /// What the operator said, without what the registry notes beside it.
    fileprivate var decision: Override {
        var decision = self
        decision.number = 0
        decision.revision = .zero
        decision.absentSince = nil
        return decision
    }
}

extension Truth {
    /// Whether what an override is about exists now.
    fileprivate func isThere(_ key: OverrideKey) -> Bool {
        guard let id = key.instance else { return self.version(of: key.service, at: self.revision)?.service != nil }
        return self.latest(InstanceKey(service: key.service, id: id)) != nil
    }
}
