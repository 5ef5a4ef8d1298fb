import HTTPSupport
import NIOCore
import RegistryCatalog
import RegistryModel

/// Notes how far one subscriber was told, and how long after its publication what it was told was written.
struct DeliveryNotes: Sendable {
    let ticket: SubscriberTicket
    let propagation: Histogram
    let clock: any RegistryClock

    /// Before the write: a fast reader confirms what it reads before the write returns.
    func willWrite(upTo revision: Revision?) {
        if let revision { self.ticket.offer(revision) }
    }

    /// - Parameter publishedAt: of the oldest change that was written, in monotonic microseconds; nil when none was.
    func wrote(upTo revision: Revision?, publishedAt: Int64?) {
        if let revision { self.ticket.deliver(revision) }
        guard let publishedAt, publishedAt > 0 else { return }
        self.propagation.record(microseconds: self.clock.monotonicMicroseconds - publishedAt)
    }
}

/// What is written at once.
struct EventPiece: Sendable {
    var bytes = ByteBuffer()
    /// Everything up to this revision is in this piece, or before it; nil when no revision ends in it.
    var reached: Revision?
    /// When the oldest change in it was published, in monotonic microseconds; nil when it tells none.
    var publishedAt: Int64?
}
