public import RegistryModel
import Synchronization

/// Someone who reads a service now, and would go on using what it was told last.
public struct Subscriber: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A watch: a stream of events.
        case stream
        /// A reader that asks again and again with the index of the answer before.
        case blocking
        /// A callback.
        case webhook
    }

    /// Of a stream its watch's id, of a callback its subscription's.
    public let id: String
    public let kind: Kind
    /// The name that it gave itself, else its address.
    public let client: String
    public let scope: WatchScope
    public let since: Timestamp
    /// Up to here everything was written to it; nil before the first answer.
    public var delivered: Revision?
    /// Up to here it said that it has taken over what it was told; nil when it never did.
    public var confirmed: Revision?
    /// False while it is kept although nobody is connected: it may be about to come back, with what it was told last.
    public var isConnected: Bool
}

/// Who reads: the name that a client gave itself, and where from. Two of one name at two addresses are two.
public struct ReaderName: Sendable, Hashable {
    /// What is shown: the name, or the address of one that gave none.
    public let client: String
    public let address: String

    public init(client: String, address: String) {
        self.client = client
        self.address = address
    }
}

/// How far a subscriber was told. Moves on with every event, so it takes no lock.
final class DeliveryMark: Sendable {
    private let offeredRevision = Atomic<Int64>(-1)
    private let deliveredRevision = Atomic<Int64>(-1)

    /// About to be written: whoever reads fast may confirm it before the write returns.
    var offered: Revision? { Self.revision(self.offeredRevision) }
    /// Written.
    var delivered: Revision? { Self.revision(self.deliveredRevision) }

    func offer(_ revision: Revision) { self.offeredRevision.max(revision.rawValue, ordering: .relaxed) }

    func deliver(_ revision: Revision) {
        self.offer(revision)
        self.deliveredRevision.max(revision.rawValue, ordering: .relaxed)
    }

    private static func revision(_ number: borrowing Atomic<Int64>) -> Revision? {
        let value = number.load(ordering: .relaxed)
        return value < 0 ? nil : Revision(value)
    }
}
