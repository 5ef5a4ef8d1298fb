public import RegistryModel

/// An instance that is about to leave, and the wait until everybody who reads its service has taken that over.
public final class Drain: Sendable {
    /// The commit from which on it is DRAINING.
    public let revision: Revision
    private let number: Int
    private let waiter: Waiter
    private let roll: SubscriberRoll
    private let clock: any RegistryClock
    private let service: ServiceKey
    private let link: (any ClusterLink)?

    init(
        of service: ServiceKey, at revision: Revision, change: (before: Instance?, after: Instance?)?,
        roll: SubscriberRoll, clock: any RegistryClock, link: (any ClusterLink)?
    ) {
        self.revision = revision
        self.roll = roll
        self.clock = clock
        self.service = service
        self.link = link
        (self.number, self.waiter) = roll.beginDrain(of: service, at: revision, change: change)
    }

    /// How often it is looked what other nodes say, in milliseconds.
    private static let glance: Int64 = 100

    deinit { self.roll.endDrain(self.number) }

    /// Who has confirmed by now, and who has not.
    public var report: DrainReport {
        var report = self.roll.report(ofDrain: self.number) ?? DrainReport(revision: self.revision)
        let drain = Digest.PendingDrain(service: self.service, revision: self.revision)
        report.nodes = self.link?.standing(of: drain) ?? []
        return report
    }

    /// Returns when nobody is waited for any more, when `wait` is over, or when the task is cancelled. One task at a time.
    public func awaitConfirmations(atMost wait: TimeSpan) async {
        let deadline = self.clock.monotonicMilliseconds + wait.milliseconds
        while !self.report.isComplete, self.clock.monotonicMilliseconds < deadline {
            // What other nodes say wakes nobody: it is looked at again and again.
            let look = self.link == nil ? deadline : min(deadline, self.clock.monotonicMilliseconds + Self.glance)
            guard await self.waiter.wait(deadline: look) != .cancelled else { return }
        }
    }
}

extension Catalog {
    /// Says of an instance that it is about to leave, and begins to wait for those who read its service. One that is DRAINING
    /// already is left as it is.
    ///
    /// Throws as ``perform(_:actor:)-(Command,_)`` does, and `shed` when too many drains wait.
    public func drain(
        _ key: InstanceKey, incarnation: Int64?, actor: String
    ) async throws(RegistryError) -> Drain {
        guard self.subscribers.mayDrain else {
            throw RegistryError(
                .shed, "As many drains wait as this server allows; try again.", retryAfter: .seconds(1))
        }
        let result = try await self.perform(.drain(key, incarnation: incarnation), actor: actor)
        let told = self.hub.latest(of: .drain, key)
        // The log forgets; then the instance's own revision is at or above that of its drain.
        let revision = told?.revision ?? result.instance?.instance.revision ?? result.revision
        return Drain(
            of: key.service, at: revision, change: told.map { ($0.before, $0.after) }, roll: self.subscribers,
            clock: self.clock, link: self.link)
    }
}
