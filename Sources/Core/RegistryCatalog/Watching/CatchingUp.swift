import RegistryModel

/// What a watcher has not seen, by one cut through all services.
struct CatchingUp {
    let index: SnapshotIndex
    let log: DeltaLog
    let applied: Revision

    /// Everything as it is now.
    ///
    /// - Parameter gapFrom: what the watcher has seen, by which it cannot be told what has changed; nil: nothing.
    func everything(in scope: WatchScope, gapFrom: Revision?) -> [WatchStep] {
        var events: [WatchStep.Event] = []
        switch scope {
        case .services(let keys):
            for key in keys {
                if let gapFrom { events.append(.gap(key, from: gapFrom, to: self.applied)) }
                events.append(.snapshot(key, self.index[key]))
            }
        case .namespace(let namespace):
            if let gapFrom {
                events.append(.gap(ServiceKey(namespace: namespace, name: "*"), from: gapFrom, to: self.applied))
            }
            events += self.index.all(namespace: namespace).map { .snapshot($0.key, $0) }
        case .everything:
            if let gapFrom {
                events.append(.gap(ServiceKey(namespace: "*", name: "*"), from: gapFrom, to: self.applied))
            }
            events += self.index.all(namespace: nil).map { .snapshot($0.key, $0) }
        }
        if scope.saysSynced { events.append(.synced) }
        return self.together(events, at: self.applied)
    }

    /// Steps of which only the last may be resumed from.
    private func together(_ events: [WatchStep.Event], at revision: Revision) -> [WatchStep] {
        events.indices.map { index in
            WatchStep(event: events[index], revision: revision, isResumable: index == events.count - 1)
        }
    }

    private func changes(of keys: [ServiceKey], after position: Revision) -> [WatchStep] {
        var deltas: [ServiceDelta] = []
        var gaps: [WatchStep.Event] = []
        for key in keys {
            let snapshot = self.index[key]
            if let snapshot, snapshot.revision <= position { continue }
            if let found = self.log.deltas(of: key, after: position) {
                deltas += found
            } else if let snapshot {
                gaps += [.gap(key, from: position, to: snapshot.revision), .snapshot(key, snapshot)]
            } else if self.log.lacks(key, after: position) {
                // It may have been deleted meanwhile, and nothing here tells.
                gaps += [.gap(key, from: position, to: self.applied), .snapshot(key, nil)]
            }
        }
        // What a gap left out may be older than a delta beside it, so no one may resume between them.
        guard gaps.isEmpty else { return self.together(gaps + deltas.map { .delta($0) }, at: self.applied) }
        return self.told(deltas)
    }

    /// What came after `position`, which is not above what is applied.
    func changes(in scope: WatchScope, after position: Revision) -> [WatchStep] {
        if case .services(let keys) = scope { return self.changes(of: keys, after: position) }
        guard let deltas = self.log.deltas(after: position, where: scope.contains) else {
            return self.everything(in: scope, gapFrom: position)
        }
        return self.told(deltas)
    }

    /// Deltas in the order of revisions; the last of each revision may be resumed from.
    private func told(_ deltas: [ServiceDelta]) -> [WatchStep] {
        let ordered = deltas.sorted { $0.revision == $1.revision ? $0.key < $1.key : $0.revision < $1.revision }
        return ordered.indices.map { index in
            let isLast = index == ordered.count - 1 || ordered[index + 1].revision != ordered[index].revision
            return WatchStep(event: .delta(ordered[index]), revision: ordered[index].revision, isResumable: isLast)
        }
    }
}
