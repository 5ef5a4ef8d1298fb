public import RegistryModel
import Synchronization

/// One instance as it was at one revision, shared by every snapshot that holds it, with the lease that its heartbeats renew.
public final class InstanceRecord: Sendable {
    public let instance: Instance
    /// Nil for an instance that owes no heartbeat and is not DOWN.
    public let lease: Lease?

    public init(instance: Instance, lease: Lease?) {
        self.instance = instance
        self.lease = lease
    }

    public var id: String { self.instance.id }
}

/// The immutable state of one service at one revision. Reading it takes no lock.
public final class ServiceSnapshot: Sendable {
    public let service: Service
    /// In the order of their ids.
    public let instances: [InstanceRecord]
    /// When this node took it over from the store, in monotonic microseconds; 0: it was there at the start.
    public let publishedAt: Int64
    /// At which revision everything was read anew and this found not to be what had been shown as ``revision``; nil: nothing else was.
    public let repairedAt: Revision?
    private let encodings: EncodingSlots
    private let summarized = Mutex<ServiceSummary?>(nil)

    init(
        service: Service, instances: [InstanceRecord], publishedAt: Int64 = 0, repairedAt: Revision? = nil,
        encodings: EncodedCache
    ) {
        self.service = service
        self.instances = instances
        self.publishedAt = publishedAt
        self.repairedAt = repairedAt
        self.encodings = EncodingSlots(cache: encodings)
    }

    public var key: ServiceKey { self.service.key }
    public var revision: Revision { self.service.revision }

    /// The instance of this id, found by binary search.
    public func instance(_ id: String) -> InstanceRecord? {
        let found = self.instances.search(id)
        return found.isPresent ? self.instances[found.index] : nil
    }

    /// Whether it is nothing but this.
    func shows(_ service: Service, _ instances: [InstanceRecord]) -> Bool {
        self.service == service && self.instances.elementsEqual(instances) { $0.instance == $1.instance }
    }

    /// What its instances say of the service; worked out once.
    public var summary: ServiceSummary {
        if let ready = self.summarized.withLock({ $0 }) { return ready }
        let summary = ServiceSummary(of: self.instances)
        self.summarized.withLock { $0 = summary }
        return summary
    }

    /// What a frontend has put into one of its slots, or puts there now.
    ///
    /// Made outside of any lock: two readers may both make it, and one of them is kept. `cost` is its size in bytes.
    public func encoded<Encoding: AnyObject & Sendable>(
        _ slot: EncodingSlot<Encoding>, make: (ServiceSnapshot) -> (encoding: Encoding, cost: Int)
    ) -> Encoding {
        if let ready = self.encodings[slot.index], let encoding = ready as? Encoding { return encoding }
        let (encoding, cost) = make(self)
        self.encodings.store(encoding, cost: cost, at: slot.index)
        return encoding
    }
}

extension [InstanceRecord] {
    /// The first index whose id is not below `id`, in a list in the order of ids, and whether it is that of `id`.
    func search(_ id: String) -> (index: Int, isPresent: Bool) {
        // New ids are often the highest ones.
        guard let last = self.last?.instance.id, id <= last else { return (self.count, false) }
        var low = 0
        var high = self.count - 1
        while low < high {
            let middle = (low + high) / 2
            if self[middle].instance.id < id { low = middle + 1 } else { high = middle }
        }
        return (low, self[low].instance.id == id)
    }
}
