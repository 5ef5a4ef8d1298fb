import RegistryModel
import Synchronization

/// The drains that any node began, as far as readers at this one have to take them over.
final class ClusterDrains: Sendable {
    fileprivate struct Wait {
        /// As the roll counts them.
        let number: Int
        /// In monotonic milliseconds.
        let since: Int64
    }

    /// Drains that are kept one by one; of those beyond, only that somebody has still to take one over.
    static let limit = 1_024
    /// How long one is kept at most, in milliseconds: longer than anybody may wait for it.
    private static let keep: Int64 = 15 * 60_000
    /// How long readers have to take over what was read anew, in milliseconds. A blocking reader is back or gone by then. Not longer: one
    /// that never confirms, such as a stream that only shows what it is told, would hold up the drains of all services.
    private static let reloadKeep: Int64 = 3 * SubscriberTable.linger

    private let roll: SubscriberRoll
    private let hub: WatchHub
    private let clock: any RegistryClock
    private let isShared: Bool
    private let named = Mutex<[Digest.PendingDrain: Wait]>([:])

    init(roll: SubscriberRoll, hub: WatchHub, clock: any RegistryClock, isShared: Bool) {
        self.roll = roll
        self.hub = hub
        self.clock = clock
        self.isShared = isShared
    }

    /// A batch has been published: its drains are waited for from now on.
    func note(_ batch: CommittedBatch) {
        guard self.isShared else { return }
        for change in batch.changes where change.cause == .drain {
            let drain = Digest.PendingDrain(service: change.service, revision: batch.revision)
            let (isFull, isRepeated) = self.named.withLock { ($0.count >= Self.limit, $0[drain] != nil) }
            guard !isFull || isRepeated else {
                let until = self.clock.monotonicMilliseconds + Self.keep
                self.roll.awaitHidden(.overflow, in: [(drain.service, drain.revision)], until: until)
                continue
            }
            let told = self.hub.latest(of: .drain, InstanceKey(service: change.service, id: change.instance))
            // Two that share a name are one wait, for whoever reads the service.
            let wait = self.wait(for: drain, change: isRepeated ? nil : told.map { ($0.before, $0.after) })
            // Most services are read by nobody: those are to leave room for others.
            guard isRepeated || self.roll.isAwaited(drain: wait.number) else {
                self.end(wait)
                continue
            }
            self.end(self.named.withLock { $0.updateValue(wait, forKey: drain) })
        }
    }

    /// Everything was read anew and has been published. Nobody told what happened to these services, each now at a revision of its own: any
    /// of their instances may have been drained, even one that is gone or has come back since.
    func note(reloaded services: [(key: ServiceKey, revision: Revision)]) {
        guard self.isShared else { return }
        self.roll.awaitHidden(.reload, in: services, until: self.clock.monotonicMilliseconds + Self.reloadKeep)
    }

    /// Those that somebody here has still to take over, at most `limit`, and whether there may be more.
    func pending(limit: Int) -> (drains: [Digest.PendingDrain], hasMore: Bool) {
        let now = self.clock.monotonicMilliseconds
        let named = self.named.withLock { $0 }
        let open = named.filter { now - $0.value.since <= Self.keep && self.roll.isAwaited(drain: $0.value.number) }
        for (drain, wait) in named where open[drain] == nil {
            self.end(wait)
            self.named.withLock { $0.remove(drain, if: wait) }
        }
        return (Array(open.keys.prefix(limit)), open.count > limit || self.roll.hidesDrains(now: now))
    }

    private func wait(for drain: Digest.PendingDrain, change: (before: Instance?, after: Instance?)?) -> Wait {
        let begun = self.roll.beginDrain(of: drain.service, at: drain.revision, change: change)
        return Wait(number: begun.number, since: self.clock.monotonicMilliseconds)
    }

    private func end(_ wait: Wait?) {
        if let wait { self.roll.endDrain(wait.number) }
    }
}

extension Dictionary where Value == ClusterDrains.Wait {
    /// Not where another one has taken its place meanwhile.
    fileprivate mutating func remove(_ key: Key, if wait: Value) {
        if self[key]?.number == wait.number { self[key] = nil }
    }
}
