import NIOCore

/// Keeps a number of `Put` calls under way on one connection to etcd, each a client that waits for its answer.
final class EtcdConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Call {
        let sentAt: UInt64
        var hasMessage = false
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let plan: EtcdPutPlan
    private let fields: ByteBuffer
    private let finished: EventLoopPromise<LoadOutcome>
    private let nextNumber: () -> Int
    private var outcome = LoadOutcome()
    private var calls: [UInt32: Call] = [:]
    private var nextStream: UInt32 = 1
    private var pending = ByteBuffer()
    private var unreported = 0
    private var measuredFrom: UInt64 = 0
    private var end: UInt64 = 0
    private var isFinished = false

    init(plan: EtcdPutPlan, nextNumber: @escaping () -> Int, finished: EventLoopPromise<LoadOutcome>) {
        self.plan = plan
        self.fields = EtcdFrames.fields(authority: plan.address.description)
        self.nextNumber = nextNumber
        self.finished = finished
    }

    func channelActive(context: ChannelHandlerContext) {
        self.measuredFrom = Moment.now + self.plan.warmUp.nanoseconds
        self.end = self.measuredFrom + self.plan.duration.nanoseconds
        context.write(self.wrapOutboundOut(EtcdFrames.opening), promise: nil)
        for _ in 0..<self.plan.callsEach { self.sendNext(context) }
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.pending.readableBytes == 0 { self.pending = bytes } else { self.pending.writeBuffer(&bytes) }
        while let frame = self.nextFrame() { self.take(frame, context) }
        if self.unreported > EtcdFrames.window / 2 {
            context.write(self.wrapOutboundOut(EtcdFrames.windowUpdate(UInt32(self.unreported))), promise: nil)
            self.unreported = 0
        }
    }

    // Answers that came together are followed by requests that go together.
    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func channelInactive(context: ChannelHandlerContext) { self.fail(HTTPConnection.Closed()) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(error)
        context.close(promise: nil)
    }

    /// Ends the run without a result.
    func fail(_ error: any Error) {
        guard !self.isFinished else { return }
        self.isFinished = true
        self.finished.fail(error)
    }

    private struct Frame {
        let kind: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: ByteBuffer
    }

    private func nextFrame() -> Frame? {
        let start = self.pending.readerIndex
        guard let word: UInt32 = self.pending.getInteger(at: start),
            let flags: UInt8 = self.pending.getInteger(at: start + 4),
            let stream: UInt32 = self.pending.getInteger(at: start + 5),
            let payload = self.pending.getSlice(at: start + EtcdFrames.headerBytes, length: Int(word >> 8))
        else { return nil }
        self.pending.moveReaderIndex(forwardBy: EtcdFrames.headerBytes + payload.readableBytes)
        return Frame(
            kind: UInt8(truncatingIfNeeded: word), flags: flags, stream: stream & 0x7fff_ffff, payload: payload)
    }

    private func take(_ frame: Frame, _ context: ChannelHandlerContext) {
        switch frame.kind {
        case EtcdFrames.Kind.data:
            self.unreported += frame.payload.readableBytes
            if frame.payload.readableBytes > 5 { self.calls[frame.stream]?.hasMessage = true }
        case EtcdFrames.Kind.settings where !EtcdFrames.isAcknowledgement(frame.flags):
            context.write(self.wrapOutboundOut(EtcdFrames.settingsAcknowledged), promise: nil)
        case EtcdFrames.Kind.ping where !EtcdFrames.isAcknowledgement(frame.flags):
            context.write(self.wrapOutboundOut(EtcdFrames.pong(frame.payload)), promise: nil)
        case EtcdFrames.Kind.goAway:
            self.fail(Fault(description: "etcd sent GOAWAY: \(String(buffer: frame.payload))"))
        case EtcdFrames.Kind.reset:
            self.completed(frame.stream, context)
        default: break
        }
        if EtcdFrames.endsStream(frame.flags), frame.kind == EtcdFrames.Kind.headers {
            self.completed(frame.stream, context)
        }
    }

    /// A call that failed ends without a message.
    private func completed(_ stream: UInt32, _ context: ChannelHandlerContext) {
        guard let call = self.calls.removeValue(forKey: stream) else { return }
        let now = Moment.now
        if call.hasMessage {
            self.outcome.accepted += 1
            if now >= self.measuredFrom, now < self.end {
                self.outcome.measured += 1
                self.outcome.record(now - call.sentAt)
            }
        } else {
            self.outcome.refused += 1
            self.outcome.firstRefusal = "a put ended without a message"
        }
        if now < self.end { return self.sendNext(context) }
        guard self.calls.isEmpty, !self.isFinished else { return }
        self.isFinished = true
        self.outcome.seconds = Double(self.end - self.measuredFrom) / 1e9
        self.finished.succeed(self.outcome)
        context.close(promise: nil)
    }

    private func sendNext(_ context: ChannelHandlerContext) {
        let request = EtcdFrames.putRequest(key: self.plan.key(self.nextNumber()), value: self.plan.value)
        self.calls[self.nextStream] = Call(sentAt: Moment.now)
        context.write(
            self.wrapOutboundOut(EtcdFrames.put(stream: self.nextStream, fields: self.fields, message: request)),
            promise: nil)
        self.nextStream += 2
    }
}
