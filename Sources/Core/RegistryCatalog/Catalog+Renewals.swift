public import RegistryModel

/// A heartbeat that this node has taken, and of which the others have still to hear.
public struct UnannouncedRenewal: Sendable {
    private let link: any ClusterLink
    private let number: Int64
    /// Monotonic milliseconds.
    private let deadline: Int64

    init(link: any ClusterLink, number: Int64, deadline: Int64) {
        self.link = link
        self.number = number
        self.deadline = deadline
    }

    /// Tells the others. `completion` is called once, on whatever thread, maybe before this returns; it must not block. With nil when no
    /// node can miss it, else with why it is not so.
    public func announce(completion: @escaping @Sendable (RegistryError?) -> Void) {
        self.link.announce([self.number], deadline: self.deadline, completion: completion)
    }
}

extension Catalog {
    /// Takes one heartbeat of an instance that was just looked up, for a caller that cannot wait in a task. Nil when it has to go the way of
    /// a command, and on a node that is alone: see ``renew(_:incarnation:)-(InstanceRecord,_)``.
    public func beginRenewal(of record: InstanceRecord, incarnation: Int64?) -> UnannouncedRenewal? {
        guard let link, self.followsStore,
            self.renew(record, incarnation: incarnation, now: self.liveness.now, wallTime: self.clock.wallTime)
                == .renewed
        else { return nil }
        return UnannouncedRenewal(
            link: link, number: record.instance.number,
            deadline: self.clock.monotonicMilliseconds + self.settings.storeTimeout.milliseconds)
    }
}
