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

    private struct State {
        var named: [Digest.PendingDrain: Wait] = [:]
        /// Of services with drains that are not known one by one, or are more than can be kept: one wait covers all of a service.
        var unnamed: [ServiceKey: Wait] = [:]
        /// When there were more than even these can be; nil: that never was.
        var forgottenAt: Int64?
    }

    /// Drains that are kept at once, and services beside them; beyond, all that is known is that there are more.
    static let limit = 1_024
    /// How long one is kept at most, in milliseconds: longer than anybody may wait for it.
    private static let keep: Int64 = 15 * 60_000

    private let roll: SubscriberRoll
    private let hub: WatchHub
    private let clock: any RegistryClock
    private let isShared: Bool
    private let state = Mutex(State())

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
            let (isFull, isRepeated) = self.state.withLock { ($0.named.count >= Self.limit, $0.named[drain] != nil) }
            guard !isFull || isRepeated else {
                self.noteUnnamed(drain)
                continue
            }
            let told = self.hub.latest(of: .drain, InstanceKey(service: change.service, id: change.instance))
            // Two that share a name are one wait, for whoever reads the service.
            let wait = self.wait(for: drain, change: isRepeated ? nil : told.map { ($0.before, $0.after) })
            self.end(self.state.withLock { $0.named.updateValue(wait, forKey: drain) })
        }
    }

    /// Everything was read anew and has been published. Nobody told what happened to these services, each now at a revision of its own: any
    /// of their instances may have been drained, even one that is gone or has come back since.
    func note(reloaded services: [(key: ServiceKey, revision: Revision)]) {
        guard self.isShared else { return }
        for service in services {
            self.noteUnnamed(Digest.PendingDrain(service: service.key, revision: service.revision))
        }
    }

    private func noteUnnamed(_ drain: Digest.PendingDrain) {
        let wait = self.wait(for: drain, change: nil)
        // Most services are read by nobody.
        guard self.isOpen(wait) else { return self.end(wait) }
        let earlier = self.state.withLock { state in
            guard state.unnamed.count < Self.limit || state.unnamed[drain.service] != nil else {
                state.forgottenAt = wait.since
                return Wait?.some(wait)
            }
            // Whoever has taken over the later revision has the earlier one too.
            return state.unnamed.updateValue(wait, forKey: drain.service)
        }
        self.end(earlier)
    }

    /// Those that somebody here has still to take over, at most `limit`, and whether there may be more.
    func pending(limit: Int) -> (drains: [Digest.PendingDrain], hasMore: Bool) {
        let now = self.clock.monotonicMilliseconds
        let state = self.state.withLock { $0 }
        let named = state.named.filter { !self.isOver($0.value, now: now) }
        let unnamed = state.unnamed.filter { !self.isOver($0.value, now: now) }
        for (drain, wait) in state.named where named[drain] == nil {
            self.end(wait)
            self.state.withLock { $0.named.remove(drain, if: wait) }
        }
        for (service, wait) in state.unnamed where unnamed[service] == nil {
            self.end(wait)
            self.state.withLock { $0.unnamed.remove(service, if: wait) }
        }
        let hasForgotten = state.forgottenAt.map { now - $0 <= Self.keep } ?? false
        return (Array(named.keys.prefix(limit)), named.count > limit || !unnamed.isEmpty || hasForgotten)
    }

    private func wait(for drain: Digest.PendingDrain, change: (before: Instance?, after: Instance?)?) -> Wait {
        let begun = self.roll.beginDrain(of: drain.service, at: drain.revision, change: change)
        return Wait(number: begun.number, since: self.clock.monotonicMilliseconds)
    }

    private func isOpen(_ wait: Wait) -> Bool { self.roll.report(ofDrain: wait.number)?.isComplete == false }

    private func isOver(_ wait: Wait, now: Int64) -> Bool { now - wait.since > Self.keep || !self.isOpen(wait) }

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
