public import RegistryModel
import Synchronization

/// A subscriber's place on the roll, held by whoever serves it: says how far it was told. Ends with this object at the latest.
public final class SubscriberTicket: Sendable {
    /// Names the subscriber on the roll.
    public let id: String
    private let mark: DeliveryMark
    private let roll: SubscriberRoll
    private let lingers: Bool
    private let hasEnded = Atomic<Bool>(false)

    init(id: String, mark: DeliveryMark, roll: SubscriberRoll, lingers: Bool) {
        self.id = id
        self.mark = mark
        self.roll = roll
        self.lingers = lingers
    }

    deinit { self.end() }

    /// It began from nothing, and what is sent first shows everything as of this revision: it holds nothing older.
    public func begin(at revision: Revision) { self.roll.began(self.id, at: revision) }

    /// Everything up to this revision is about to be written. Two atomic steps at most, and no lock.
    public func offer(_ revision: Revision) { self.mark.offer(revision) }

    /// Everything up to this revision has been written. Two atomic steps, and no lock.
    public func deliver(_ revision: Revision) { self.mark.deliver(revision) }

    /// It says that it has taken over everything up to this revision: the answer of a callback with 2xx.
    public func confirm(_ revision: Revision) {
        self.mark.deliver(revision)
        self.roll.confirm(self.id, revision)
    }

    /// Nobody is connected any more. May be called again. What was being written may still be noted as delivered.
    public func end() {
        guard !self.hasEnded.exchange(true, ordering: .relaxed) else { return }
        self.roll.end(self.id, lingers: self.lingers)
    }
}
