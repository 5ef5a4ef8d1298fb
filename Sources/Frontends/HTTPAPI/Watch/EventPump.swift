import HTTPSupport
import NIOCore
import NIOHTTP1
import RegistryCatalog
import RegistryModel

/// Sends a reader that keeps up what its watch has to tell, straight from the event loop: waking a task for each event, and writing
/// through its channel, costs more than the event.
///
/// It sends changes of moderate size while the reader has room. Whatever else there is to tell ends it, is still to be told, and is left to
/// the stream's task, which can wait for room.
final class EventPump: Sendable {
    struct End: Sendable {
        enum Reason: Sendable {
            /// There is something to tell that a task has to.
            case needsTask
            /// The task was cancelled.
            case cancelled
            /// There is no connection any more.
            case gone
        }

        let reason: Reason
        /// When something was sent last, by this pump or before it.
        let lastSent: NIODeadline
    }

    private struct State {
        /// From where is written; nil before the beginning and after the end.
        var context: ChannelHandlerContext?
        var end: CheckedContinuation<End, Never>?
        var keepAlive: Scheduled<Void>?
        var isCancelled = false
        var lastSent: NIODeadline
    }

    /// Changes that are sent at once; more of them are encoded where that holds up nobody, and written as there is room.
    private static let changeLimit = 16

    private let stream: WatchStream
    private let eventLoop: any EventLoop
    /// Of the event loop's alone.
    private let state: NIOLoopBoundBox<State>

    private let interval: TimeAmount

    /// - Parameter lastSent: when something was sent to the reader last.
    init(stream: WatchStream, lastSent: NIODeadline) {
        self.stream = stream
        self.eventLoop = stream.channel.eventLoop
        self.state = .makeBoxSendingValue(State(lastSent: lastSent), eventLoop: self.eventLoop)
        self.interval = .milliseconds(stream.keepAliveInterval.milliseconds)
    }

    /// Sends until the pump's end. Whatever the task has written before comes before it, and what it writes afterwards after it.
    func run() async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.eventLoop.execute { self.begin(continuation) }
            }
        } onCancel: {
            self.eventLoop.execute {
                self.state.value.isCancelled = true
                self.finish(.cancelled)
            }
        }
    }

    private func begin(_ end: CheckedContinuation<End, Never>) {
        self.state.value.end = end
        if self.state.value.isCancelled { return self.finish(.cancelled) }
        // A connection that is closed has no handlers.
        let pipeline = self.stream.channel.pipeline.syncOperations
        guard let context = try? pipeline.context(handlerType: DirectHandler.self) else { return self.finish(.gone) }
        self.state.value.context = context
        self.keepAlive()
        self.pump()
    }

    private func pump() {
        guard let context = self.state.value.context else { return }
        var framing = EventFraming()
        while let steps = self.stream.watch.next(where: { self.accepts($0, context) }) {
            if steps.isEmpty {
                self.send(framing.take(), context)
                // What came between the look and this is kept, and calls at once.
                return self.stream.watch.whenChanged { self.eventLoop.execute { self.pump() } }
            }
            self.stream.append(steps, to: &framing)
            self.send(framing.take(), context)
        }
        self.finish(.needsTask)
    }

    private func accepts(_ steps: [WatchStep], _ context: ChannelHandlerContext) -> Bool {
        var changes = 0
        for step in steps {
            guard case .delta(let delta) = step.event else { return false }
            changes += max(delta.entries.count + delta.others.count, 1)
        }
        return changes <= Self.changeLimit && context.channel.isWritable
    }

    private func send(_ piece: EventPiece, _ context: ChannelHandlerContext) {
        self.stream.notes.willWrite(upTo: piece.reached)
        self.send(piece.bytes, context)
        self.stream.notes.wrote(upTo: piece.reached, publishedAt: piece.publishedAt)
    }

    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard bytes.readableBytes > 0 else { return }
        self.state.value.lastSent = .now()
        self.stream.sentBytes.increment(by: Int64(bytes.readableBytes))
        context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(bytes))), promise: nil)
    }

    /// Says that the stream is alive when nothing was sent for the interval, and looks again when that may be so.
    private func keepAlive() {
        guard let context = self.state.value.context else { return }
        if .now() - self.state.value.lastSent >= self.interval {
            // A reader that has no room for the comment has enough to read.
            if context.channel.isWritable { self.send(EventFraming.keepAlive, context) }
            self.state.value.lastSent = .now()
        }
        self.state.value.keepAlive = self.eventLoop.scheduleTask(deadline: self.state.value.lastSent + self.interval) {
            self.keepAlive()
        }
    }

    private func finish(_ reason: End.Reason) {
        self.stream.watch.whenChanged(nil)
        self.state.value.keepAlive?.cancel()
        self.state.value.keepAlive = nil
        self.state.value.context = nil
        let end = self.state.value.end
        self.state.value.end = nil
        end?.resume(returning: End(reason: reason, lastSent: self.state.value.lastSent))
    }
}
