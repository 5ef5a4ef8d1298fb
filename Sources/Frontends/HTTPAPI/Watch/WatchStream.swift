import HTTPSupport
import HummingbirdCore
import NIOCore
import RegistryCatalog
import RegistryModel

/// Sends what a watch has to tell to one reader, for as long as that stays.
///
/// Each write waits until the reader has room, and the watch holds no more than a revision: a reader that never reads costs one buffer.
struct WatchStream: Sendable {
    /// What is sent at once, in bytes; a revision that tells more is sent in several pieces.
    private static let pieceBytes = 64 << 10
    /// How long a reader is told to stay away after a graceful stop.
    private static let retryMilliseconds: ClosedRange<Int64> = 500...5_000

    let watch: Watch
    let filter: InstanceFilter
    let encodings: EventEncodings
    let keepAliveInterval: TimeSpan
    let channel: any Channel
    let sentBytes: Counter
    let notes: DeliveryNotes
    /// Held for as long as the stream is open.
    let permit: WatchPermit

    /// Runs where Hummingbird's writer does.
    @concurrent
    func send(to writer: inout any ResponseBodyWriter) async throws {
        let lent = LentWriter(writer: writer)
        let end = try await whileClientStays(on: self.channel) { try await self.sendSteps(to: lent) }
        self.watch.close()
        if case .clientLeft = end { throw CancellationError() }
        try await self.write(EventFraming.retry(.milliseconds(.random(in: Self.retryMilliseconds))), to: lent)
        try await writer.finish(nil)
    }

    /// Returns when it is cancelled while there is nothing to send; cancelled in the middle of a write it throws.
    private func sendSteps(to lent: LentWriter) async throws {
        var lastSent = NIODeadline.now()
        var isFirst = true
        while true {
            var framing = EventFraming()
            while let steps = self.watch.next(where: { _ in true }), !steps.isEmpty {
                if isFirst { self.noteBeginning(steps) }
                isFirst = false
                for step in steps {
                    self.append(CollectionOfOne(step), to: &framing)
                    guard framing.piece.bytes.readableBytes >= Self.pieceBytes else { continue }
                    try await self.write(framing.take(), to: lent)
                }
                let rest = framing.take()
                try await self.write(rest, to: lent)
                // What a view shows nothing of must not keep its reader from being told that the stream is alive.
                if rest.bytes.readableBytes > 0 { lastSent = .now() }
            }
            isFirst = false
            let end = await EventPump(stream: self, lastSent: lastSent).run()
            lastSent = end.lastSent
            switch end.reason {
            case .needsTask: continue
            case .cancelled: return
            case .gone: throw CancellationError()
            }
        }
    }

    /// Puts what the view has to tell of some steps behind what is there.
    func append(_ steps: some Sequence<WatchStep>, to framing: inout EventFraming) {
        for step in steps {
            if let event = self.encodings.event(for: step, where: self.filter) {
                framing.append(event, publishedAt: step.event.publishedAt)
            }
            if step.isResumable { framing.endRevision(step.revision) }
        }
    }

    /// A stream that begins with snapshots, and not with a gap, has a reader that holds nothing yet.
    private func noteBeginning(_ steps: [WatchStep]) {
        guard case .snapshot? = steps.first?.event, let revision = steps.last?.revision else { return }
        self.notes.ticket.begin(at: revision)
    }

    private func write(_ piece: EventPiece, to lent: LentWriter) async throws {
        self.notes.willWrite(upTo: piece.reached)
        if piece.bytes.readableBytes > 0 { try await self.write(piece.bytes, to: lent) }
        self.notes.wrote(upTo: piece.reached, publishedAt: piece.publishedAt)
    }

    private func write(_ bytes: ByteBuffer, to lent: LentWriter) async throws {
        var writer = lent.writer
        try await writer.write(bytes)
        self.sentBytes.increment(by: Int64(bytes.readableBytes))
    }
}

extension WatchStep.Event {
    /// When it was published, in monotonic microseconds; 0 for what shows a state, however old, and no change.
    fileprivate var publishedAt: Int64 {
        if case .delta(let delta) = self { delta.publishedAt } else { 0 }
    }
}

/// A response's writer on its way into the task that writes.
///
/// Unchecked, because Hummingbird's writer is a sendable struct whose protocol does not say so. One task at a time uses it: the child
/// that sends, and, once that has ended, its parent.
private struct LentWriter: @unchecked Sendable {
    let writer: any ResponseBodyWriter
}

/// One of the streams that may be open at once; given back when nobody holds it any more.
final class WatchPermit: Sendable {
    private let open: Gauge

    /// Nil when as many are open as may be.
    init?(_ open: Gauge, limit: Int) {
        guard open.increment(below: Int64(limit)) else { return nil }
        self.open = open
    }

    deinit { self.open.decrement() }
}
