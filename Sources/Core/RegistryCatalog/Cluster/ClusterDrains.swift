import RegistryModel
import Synchronization

/// The drains that any node began, as far as readers at this one have to take them over.
final class ClusterDrains: Sendable {
    private struct State {
        /// Wait numbers of the roll, by what they are about.
        var waiting: [Digest.PendingDrain: (wait: Int, since: Int64)] = [:]
        var hasForgotten = false
    }

    /// Drains that are kept at once; beyond, all that is known is that there are more.
    private static let limit = 1_024
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
        let now = self.clock.monotonicMilliseconds
        for change in batch.changes where change.cause == .drain {
            let drain = Digest.PendingDrain(service: change.service, revision: batch.revision)
            let isFull = self.state.withLock { $0.waiting.count >= Self.limit }
            guard !isFull else {
                self.state.withLock { $0.hasForgotten = true }
                continue
            }
            let told = self.hub.latest(of: .drain, InstanceKey(service: change.service, id: change.instance))
            let wait = self.roll.beginDrain(
                of: change.service, at: batch.revision, change: told.map { ($0.before, $0.after) }
            ).number
            self.state.withLock { $0.waiting[drain] = (wait, now) }
        }
    }

    /// Those that somebody here has still to take over, at most `limit`, and whether there may be more.
    func pending(limit: Int) -> (drains: [Digest.PendingDrain], hasMore: Bool) {
        let now = self.clock.monotonicMilliseconds
        let (waiting, hasForgotten) = self.state.withLock { ($0.waiting, $0.hasForgotten) }
        let over = waiting.filter { _, entry in
            now - entry.since > Self.keep || self.roll.report(ofDrain: entry.wait)?.isComplete ?? true
        }
        for (drain, entry) in over {
            self.roll.endDrain(entry.wait)
            self.state.withLock { _ = $0.waiting.removeValue(forKey: drain) }
        }
        let open = waiting.keys.filter { over[$0] == nil }
        if open.isEmpty { self.state.withLock { $0.hasForgotten = false } }
        return (Array(open.prefix(limit)), open.count > limit || hasForgotten && !open.isEmpty)
    }
}
