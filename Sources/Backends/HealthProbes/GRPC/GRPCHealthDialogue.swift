import NIOCore
import NIOHPACK
import NIOHTTP2
import RegistryHealth
import RegistryModel

/// `grpc.health.v1.Health/Check` over HTTP/2, one call at a time, each on the next stream.
struct GRPCHealthDialogue: Dialogue {
    typealias Inbound = HTTP2Frame
    typealias Outbound = HTTP2Frame

    /// An answer has about 10 bytes.
    private static let messageLimit = 4 << 10
    /// The target may send 65,535 bytes in all before it has to be told that they were taken.
    private static let window = 32 << 10
    private static let lastStream: HTTP2StreamID = 1_000_000_001

    /// Of the last call; nil: there was none.
    private var stream: HTTP2StreamID?
    private var isAsking = false
    /// Whether the target takes no further calls on this connection.
    private var isGoingAway = false
    private var result = GRPCResult()
    private var untold = 0

    mutating func ask(_ question: ProbeQuestion) -> [HTTP2Frame] {
        let stream = self.stream?.advanced(by: 2) ?? 1
        self.stream = stream
        self.isAsking = true
        self.result = GRPCResult()
        let headers: HPACKHeaders = [
            ":method": "POST", ":scheme": question.isOverTLS ? "https" : "http",
            ":path": "/grpc.health.v1.Health/Check", ":authority": question.authority, "te": "trailers",
            "content-type": "application/grpc", "user-agent": "rollcall-health",
            "grpc-timeout": "\(max(1, question.timeLeft.nanoseconds / 1_000_000))m",
        ]
        let message = HealthMessages.request(service: question.target.probe.service)
        return [
            HTTP2Frame(streamID: stream, payload: .headers(.init(headers: headers))),
            HTTP2Frame(streamID: stream, payload: .data(.init(data: .byteBuffer(message), endStream: true))),
        ]
    }

    mutating func hear(_ frame: HTTP2Frame) throws(ProbeFault) -> DialogueStep<HTTP2Frame> {
        if case .goAway(let last, _, _) = frame.payload {
            self.isGoingAway = true
            if self.isAsking, let stream = self.stream, stream > last { throw .staleConnection }
            return DialogueStep(closes: !self.isAsking)
        }
        var step = DialogueStep<HTTP2Frame>()
        if case .data(let data) = frame.payload { step.replies = self.taken(data) }
        guard self.isAsking, frame.streamID == self.stream else { return step }
        switch frame.payload {
        case .headers(let headers):
            self.result.take(headers.headers)
            if headers.endStream { step.answer = self.conclude() }
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data,
                self.result.message.readableBytes + bytes.readableBytes <= Self.messageLimit
            else { throw ProbeFault(.rejected, "its answer is too long for one about health") }
            self.result.message.writeImmutableBuffer(bytes)
            if data.endStream { step.answer = self.conclude() }
        case .rstStream(let code):
            if code == .refusedStream { throw .staleConnection }
            throw ProbeFault(.rejected, "reset the call: \(code)")
        default: break
        }
        return step
    }

    var outcomeSoFar: ProbeAnswer? { nil }

    /// Opens the window of the connection again for what has been taken out of it.
    private mutating func taken(_ data: HTTP2Frame.FramePayload.Data) -> [HTTP2Frame] {
        self.untold += data.data.readableBytes + (data.paddingBytes.map { $0 + 1 } ?? 0)
        guard self.untold >= Self.window else { return [] }
        defer { self.untold = 0 }
        return [HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: self.untold))]
    }

    private mutating func conclude() -> ProbeAnswer {
        self.isAsking = false
        return ProbeAnswer(
            outcome: self.result.outcome, mayKeep: !self.isGoingAway && (self.stream ?? 1) < Self.lastStream)
    }
}
