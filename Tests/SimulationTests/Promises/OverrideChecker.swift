import RegistryCatalog
import RegistryModel

/// P8: what an operator decided holds, for whoever looks and across every crash, until it is lifted, runs out, or has had nothing
/// to decide on for too long; and what owners registered stays what it is.
struct OverrideChecker: Checker {
    static let promise = Promise.overrides

    /// Within this time of its end an override is over.
    private static let bound: Int64 = 1_000

    private var ledger: OverrideLedger
    private var calm: Calm
    /// Since when the wall clock is past the end of those that have one. Monotonic milliseconds.
    private var overdue: [OverrideKey: Int64] = [:]
    /// Snapshots that were compared already; the same object cannot have become another.
    private var compared: [ServiceKey: ServiceSnapshot] = [:]

    init(_ settings: SimulationSettings) {
        self.ledger = OverrideLedger(absence: settings.catalog.overrideAbsence)
        self.calm = Calm(settings)
    }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        self.calm.note(event, at: now)
        switch event {
        case .invoked(let call): self.ledger.note(call)
        case .answered(let call, .success(let revision?)): return Self.lost(call, at: revision, truth)
        case .durable(_, let batch): return self.ledger.take(batch, truth)
        case .crashed: self.compared = [:]
        case .loaded(let snapshots, _): return snapshots.flatMap { self.look(at: $0, "after a restart", truth) }
        case .read(let reading): return reading.snapshot.map { self.look(at: $0, "a reader", truth) } ?? []
        case .told(let id, let told): return self.hear(told, "watcher \(id)", truth)
        case .sampled(_, let wallTime): return self.check(wallTime, at: now)
        default: break
        }
        return []
    }

    // MARK: What was acknowledged

    /// What an acknowledged call decided, if the disk never was so while it ran; nil when it was.
    private static func lost(_ call: Call, at revision: Revision, _ truth: Truth) -> [String] {
        let states = { (key: OverrideKey) in
            truth.states(of: key, from: min(call.applied, truth.revision), to: truth.revision)
        }
        let what: String
        switch call.wish {
        case .command(.putOverride(let key, let request)):
            let match = states(key).first { $0?.says(request) == true }
            if let override = match ?? nil {
                guard request.expiresAfter != nil, override.expiresAt == nil else { return [] }
                return ["call \(call.id): the override of \(key) is on the disk without its end"]
            }
            what = "an override of \(key)"
        case .command(.liftOverride(let key)):
            if states(key).contains(where: { $0 == nil }) { return [] }
            what = "the end of an override of \(key)"
        default: return []
        }
        // A later command of the same commit may have changed it again.
        if truth.changeCount(of: call.service, call.instance, at: revision) > 1 { return [] }
        return ["call \(call.id), \(what), was acknowledged at \(revision) and is not on the disk"]
    }

    // MARK: What is shown

    private mutating func look(at snapshot: ServiceSnapshot, _ who: String, _ truth: Truth) -> [String] {
        if snapshot === self.compared[snapshot.key] { return [] }
        self.compared[snapshot.key] = snapshot
        return snapshot.instances.flatMap {
            Self.differences($0.instance, of: snapshot.key, at: snapshot.revision, who, truth)
        }
    }

    private func hear(_ told: Told, _ who: String, _ truth: Truth) -> [String] {
        switch told.event {
        case .snapshot(let key, let snapshot?):
            snapshot.instances.flatMap { Self.differences($0.instance, of: key, at: snapshot.revision, who, truth) }
        case .delta(let delta):
            (delta.entries.compactMap(\.after) + delta.others.map(\.after)).flatMap {
                Self.differences($0.instance, of: delta.key, at: delta.revision, who, truth)
            }
        case .snapshot(_, nil), .gap, .synced: []
        }
    }

    private static func differences(
        _ shown: Instance, of service: ServiceKey, at revision: Revision, _ who: String, _ truth: Truth
    ) -> [String] {
        // Whether it is there at all is for other promises.
        guard let held = truth.version(of: service, at: revision)?.instances[shown.id] else { return [] }
        var found: [String] = []
        if shown.overrides != held.overrides || shown.status != held.status || shown.weight != held.weight {
            let holding = held.overrides.map { "\([$0.instance, $0.service].compactMap { $0?.summary })" } ?? "none"
            found.append(
                "\(who) sees \(service)/\(shown.id) with \(shown.status), \(shown.weight) at \(revision); what holds is \(holding)"
            )
        }
        if shown.spec != held.spec {
            found.append("\(who) sees \(service)/\(shown.id) registered otherwise than it is at \(revision)")
        }
        return found
    }

    // MARK: What has run out

    private mutating func check(_ wallTime: Timestamp, at now: Int64) -> [String] {
        var since: [OverrideKey: Int64] = [:]
        for (key, override) in self.ledger.present where override.expiresAt.map({ $0 <= wallTime }) == true {
            since[key] = self.overdue[key] ?? now
        }
        self.overdue = since
        guard let calm = self.calm.since(at: now) else { return [] }
        return since.filter { now - max($0.value, calm) > Self.bound }.keys.sorted().map {
            "the override of \($0) has run out and is still there"
        }
    }
}

extension Override {
    /// Whether it decides what was asked for, whenever that was.
    fileprivate func says(_ request: OverrideRequest) -> Bool {
        self.status == request.status && self.weight == request.weight && self.reason == request.reason
    }
}
