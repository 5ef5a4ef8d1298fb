public import RegistryModel

/// A heartbeat that this node has taken, and of which the others have still to hear.
public struct UnannouncedRenewal: Sendable {
    private let link: any ClusterLink
    private let index: SnapshotIndex
    private let key: InstanceKey
    private let number: Int64
    /// Monotonic milliseconds.
    private let deadline: Int64

    init(link: any ClusterLink, index: SnapshotIndex, key: InstanceKey, number: Int64, deadline: Int64) {
        self.link = link
        self.index = index
        self.key = key
        self.number = number
        self.deadline = deadline
    }

    /// Tells the others. `completion` is called once, on whatever thread, maybe before this returns; it must not block. With nil when no
    /// node can miss it, else with why it is not so.
    public func announce(completion: @escaping @Sendable (RegistryError?) -> Void) {
        self.link.announce([self.number], deadline: self.deadline) { error in
            completion(error ?? self.index.refusal(ofBeat: self.number, of: self.key))
        }
    }
}

extension SnapshotIndex {
    /// Why a beat does not count that all nodes have heard of: by then the instance was not the one any more that this node had shown. Nil: it
    /// does. Its digest came back behind everything that was committed before it.
    func refusal(ofBeat number: Int64, of key: InstanceKey) -> RegistryError? {
        guard let record = self[key.service]?.instance(key.id) else { return .unknownInstance(key) }
        return record.instance.number == number ? nil : .replacedMeanwhile
    }
}

extension RegistryError {
    static let replacedMeanwhile = RegistryError(
        .behind,
        "The instance has just been registered anew or removed, which this node did not show yet; send the request again.",
        retryAfter: .seconds(1))
}

extension Catalog {
    /// Takes one heartbeat of an instance that was just looked up, for a caller that cannot wait in a task. Nil when it has to go the way of
    /// a command, and on a node that is alone: see ``renew(_:incarnation:)-(InstanceRecord,_)``.
    public func beginRenewal(
        of record: InstanceRecord, _ key: InstanceKey, incarnation: Int64?
    ) -> UnannouncedRenewal? {
        guard let link, self.followsStore,
            self.renew(record, incarnation: incarnation, now: self.liveness.now, wallTime: self.clock.wallTime)
                == .renewed
        else { return nil }
        return UnannouncedRenewal(
            link: link, index: self.index, key: key, number: record.instance.number,
            deadline: self.clock.monotonicMilliseconds + self.settings.storeTimeout.milliseconds)
    }
}
