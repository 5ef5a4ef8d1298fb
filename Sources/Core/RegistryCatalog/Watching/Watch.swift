public import RegistryModel
import Synchronization

/// One watcher: it holds a place, not a queue, so a slow one costs nothing and skips to the newest state.
///
/// Used by one task at a time. ``close()`` it when it is done with.
public final class Watch: Sendable {
    /// Names this watch to its client, as `Rollcall-Watch-Id`.
    public let id: String
    /// The name that its client gave itself; may be empty.
    public let client: String
    public let scope: WatchScope

    private let hub: WatchHub
    private let clock: any RegistryClock
    private let waiter = Waiter()
    private let registration: Int
    private let place: Mutex<WatchPlace>

    init(
        id: String, client: String, scope: WatchScope, from revision: Revision?, hub: WatchHub, clock: any RegistryClock
    ) {
        self.id = id
        self.client = client
        self.scope = scope
        self.hub = hub
        self.clock = clock
        self.place = Mutex(hub.place(resumingFrom: revision))
        self.registration = hub.add(self.waiter, scope: scope)
    }

    deinit { self.close() }

    /// What is new, in order; waits until something is. Nil when nothing was for `timeout`.
    ///
    /// Throws `CancellationError` when the task is cancelled.
    public func next(timeout: TimeSpan) async throws -> [WatchStep]? {
        let deadline = self.clock.monotonicMilliseconds + timeout.milliseconds
        while true {
            let (steps, place) = self.hub.steps(for: self.scope, from: self.place.withLock { $0 })
            self.place.withLock { $0 = place }
            if !steps.isEmpty { return steps }
            switch await self.waiter.wait(deadline: deadline) {
            case .changed: continue
            case .timedOut: return nil
            case .cancelled: throw CancellationError()
            }
        }
    }

    /// What is new, in order, if `accepts` takes it: nil, and it is new still, when it does not. Empty when nothing is. Never waits.
    public func next(where accepts: ([WatchStep]) -> Bool) -> [WatchStep]? {
        let (steps, place) = self.hub.steps(for: self.scope, from: self.place.withLock { $0 })
        guard steps.isEmpty || accepts(steps) else { return nil }
        self.place.withLock { $0 = place }
        return steps
    }

    /// Calls `body` once, as soon as something may be new, on the thread that publishes it or on this one; it must not block. Nil
    /// takes that back. For who cannot wait in a task: nobody may wait for the watch meanwhile.
    public func whenChanged(_ body: (@Sendable () -> Void)?) { self.waiter.call(body) }

    /// Ends the watch; may be called again.
    public func close() { self.hub.remove(self.registration) }
}
