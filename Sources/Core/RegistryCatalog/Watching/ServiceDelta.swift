public import RegistryModel

/// One service's part of one commit, made once and shared by all who watch the service.
public final class ServiceDelta: Sendable {
    /// One recorded change. Changes of one instance within one commit all carry the same `before` and `after`.
    public struct Entry: Sendable {
        public let change: Change
        /// The instance before the commit; nil when it was not there, or the service itself changed.
        public let before: InstanceRecord?
        /// The instance after the commit; nil when it is gone, or the service itself changed.
        public let after: InstanceRecord?
    }

    public let key: ServiceKey
    public let revision: Revision
    /// The service's revision before this commit; zero when it was not known.
    public let previous: Revision
    public let entries: [Entry]
    /// Instances that look different by what was decided on the whole service, with no change of their own in `entries`.
    public let others: [(before: InstanceRecord, after: InstanceRecord)]
    /// The service after the commit; nil when it is gone.
    public let service: Service?
    /// When this node took it over from the store, in monotonic microseconds: from then on watchers can be told.
    public let publishedAt: Int64
    private let encodings: EncodingSlots

    init(_ applied: CatalogState.Applied, revision: Revision, publishedAt: Int64 = 0, encodings: EncodedCache) {
        self.key = applied.key
        self.revision = revision
        self.publishedAt = publishedAt
        self.previous = applied.previousRevision
        self.entries = Self.entries(of: applied)
        self.others = applied.changes.isEmpty ? [] : Self.others(of: applied)
        self.service = applied.entry?.service
        self.encodings = EncodingSlots(cache: encodings)
    }

    private static func others(
        of applied: CatalogState.Applied
    ) -> [(before: InstanceRecord, after: InstanceRecord)] {
        guard applied.changes.contains(where: \.instance.isEmpty), !applied.transitions.isEmpty else { return [] }
        let told = Set(applied.changes.map(\.instance))
        return applied.transitions.compactMap { transition in
            guard !told.contains(transition.id), let before = transition.before, let after = transition.after else {
                return nil
            }
            return (before, after)
        }
    }

    private static func entries(of applied: CatalogState.Applied) -> [Entry] {
        var byID: [String: Int] = [:]
        var next = 0
        return applied.changes.map { change in
            let transitions = applied.transitions
            // Changes mostly come in the order of what they changed.
            if next < transitions.count, transitions[next].id == change.instance {
                defer { next += 1 }
                return Entry(change: change, before: transitions[next].before, after: transitions[next].after)
            }
            if byID.isEmpty {
                for (index, transition) in transitions.enumerated() { byID[transition.id] = index }
            }
            if let place = byID[change.instance] {
                return Entry(change: change, before: transitions[place].before, after: transitions[place].after)
            }
            // What came and went within the commit, such as a decision on it, leaves an instance as it was.
            let present = applied.instance(change.instance)
            return Entry(change: change, before: present, after: present)
        }
    }

    /// What a frontend has put into one of its slots, or puts there now; as ``ServiceSnapshot/encoded(_:make:)``.
    public func encoded<Encoding: AnyObject & Sendable>(
        _ slot: EncodingSlot<Encoding>, make: (ServiceDelta) -> (encoding: Encoding, cost: Int)
    ) -> Encoding {
        if let ready = self.encodings[slot.index], let encoding = ready as? Encoding { return encoding }
        let (encoding, cost) = make(self)
        self.encodings.store(encoding, cost: cost, at: slot.index)
        return encoding
    }
}
