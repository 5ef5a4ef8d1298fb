import RegistryModel

/// Those who have still to take over something that may hide drains, which are not known one by one. Pure; monotonic milliseconds.
struct HiddenDrains {
    /// What hides them.
    enum Reason: Sendable, CaseIterable {
        /// Everything was read anew.
        case reload
        /// There are more than are kept.
        case overflow
    }

    private struct Wait {
        /// The ids of those that have neither confirmed nor gone, and up to where each has to confirm.
        var awaited: [String: Revision] = [:]
        var until: Int64
    }

    /// One for all services: as many readers as there are on the roll.
    private var waits: [Reason: Wait] = [:]

    /// Waits for one more, or for more of it, unless it holds nothing that is older; for all of this reason until then.
    mutating func add(_ entry: SubscriberTable.Entry, to reason: Reason, upTo revision: Revision, until: Int64) {
        guard entry.base.map({ $0 < revision }) ?? true, entry.confirmed.map({ $0 < revision }) ?? true else { return }
        var wait = self.waits.removeValue(forKey: reason) ?? Wait(until: until)
        wait.until = max(wait.until, until)
        // Whoever has taken over the later revision has the earlier one too.
        let id = entry.subscriber.id
        wait.awaited[id] = max(wait.awaited[id] ?? revision, revision)
        self.waits[reason] = wait
    }

    /// It holds nothing that is older than this revision; nil: it is gone.
    mutating func settle(_ id: String, upTo revision: Revision?) {
        for reason in Reason.allCases {
            guard let awaited = self.waits[reason]?.awaited[id] else { continue }
            if let revision, revision < awaited { continue }
            self.waits[reason]?.awaited[id] = nil
        }
    }

    /// It has come back under another id.
    mutating func replace(_ id: String, by other: String) {
        for reason in Reason.allCases {
            guard let awaited = self.waits[reason]?.awaited.removeValue(forKey: id) else { continue }
            self.waits[reason]?.awaited[other] = awaited
        }
    }

    /// Whether anybody is waited for; forgets the waits that are over.
    mutating func areOpen(now: Int64) -> Bool {
        self.waits = self.waits.filter { !$0.value.awaited.isEmpty && now <= $0.value.until }
        return !self.waits.isEmpty
    }
}

extension SubscriberTable {
    /// What happened to these services, up to a revision of each, may hide drains from those who read them.
    mutating func awaitHidden(
        _ reason: HiddenDrains.Reason, in services: [(key: ServiceKey, revision: Revision)], until: Int64
    ) {
        for (key, revision) in services {
            for id in self.byService[key] ?? [] { self.awaitHidden(reason, id, upTo: revision, until: until) }
        }
        // Many readers share few scopes, and there may be very many services.
        for (scope, ids) in Dictionary(grouping: self.broad, by: { self.entries[$0]?.subscriber.scope }) {
            let newest = services.filter { scope?.contains($0.key) ?? false }.map(\.revision).max()
            guard let newest else { continue }
            for id in ids { self.awaitHidden(reason, id, upTo: newest, until: until) }
        }
    }

    private mutating func awaitHidden(
        _ reason: HiddenDrains.Reason, _ id: String, upTo revision: Revision, until: Int64
    ) {
        guard let entry = self.entries[id] else { return }
        self.drains.hidden.add(entry, to: reason, upTo: revision, until: until)
    }
}

extension SubscriberRoll {
    /// Begins to wait for those who read these services, each up to the revision that it has come to; not after `until`.
    func awaitHidden(
        _ reason: HiddenDrains.Reason, in services: [(key: ServiceKey, revision: Revision)], until: Int64
    ) {
        self.update { $0.awaitHidden(reason, in: services, until: until) }
    }

    /// Whether somebody has still to take over what may hide drains.
    func hidesDrains(now: Int64) -> Bool { self.update { $0.drains.hidden.areOpen(now: now) } }
}
