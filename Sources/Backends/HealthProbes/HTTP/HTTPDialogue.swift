import NIOCore
import NIOHTTP1
import RegistryHealth
import RegistryJSON
import RegistryModel

/// One request after another over HTTP/1.1. Redirects are not followed: a 3xx is the status of the target.
struct HTTPDialogue: Dialogue {
    typealias Inbound = HTTPClientResponsePart
    typealias Outbound = HTTPClientRequestPart

    /// Of a body no more is read; what is longer ends the connection.
    static let bodyLimit = 64 << 10

    private var question: ProbeQuestion?
    private var expected: ExpectedStatus?
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    private var bodyCount = 0

    mutating func ask(_ question: ProbeQuestion) throws(ProbeFault) -> [HTTPClientRequestPart] {
        guard let expected = ExpectedStatus(question.target.probe.expectedStatus) else {
            throw ProbeFault(.rejected, "expected_status is no list of codes")
        }
        let head = try HTTPRequestHead(question)
        self.question = question
        self.expected = expected
        self.head = nil
        self.body.clear()
        self.bodyCount = 0
        return [.head(head), .end(nil)]
    }

    mutating func hear(_ part: HTTPClientResponsePart) throws(ProbeFault) -> DialogueStep<HTTPClientRequestPart> {
        guard let question = self.question else { return DialogueStep(closes: true) }
        switch part {
        case .head(let head):
            // Some servers say so before they close a connection that was kept, and cross the question.
            if head.status == .requestTimeout, question.isReused, !head.isKeepAlive { throw .staleConnection }
            self.head = head
        case .body(let bytes):
            self.bodyCount += bytes.readableBytes
            if self.needsBody(question), let piece = bytes.getSlice(at: bytes.readerIndex, length: self.room(bytes)) {
                self.body.writeImmutableBuffer(piece)
            }
            if self.isTooLong { return self.conclude() }
        case .end:
            return self.conclude()
        }
        return DialogueStep()
    }

    /// A status that does not pass is a verdict, whatever of the body is missing.
    var outcomeSoFar: ProbeAnswer? {
        guard let head = self.head, self.expected?.contains(Int(head.status.code)) == false else { return nil }
        return ProbeAnswer(
            outcome: ProbeOutcome(failure: .rejected, detail: "HTTP \(head.status.code)"), mayKeep: false)
    }

    private var isTooLong: Bool { self.bodyCount > Self.bodyLimit }

    private func room(_ bytes: ByteBuffer) -> Int { min(bytes.readableBytes, Self.bodyLimit - self.body.readableBytes) }

    private func needsBody(_ question: ProbeQuestion) -> Bool {
        !question.target.probe.bodyContains.isEmpty || self.isJSON
    }

    private var isJSON: Bool {
        self.head?.headers.first(name: "content-type")?.lowercased().contains("json") == true
    }

    private mutating func conclude() -> DialogueStep<HTTPClientRequestPart> {
        guard let head = self.head, let question = self.question else { return DialogueStep(closes: true) }
        self.question = nil
        let mayKeep = head.isKeepAlive && !self.isTooLong && head.status != .switchingProtocols
        return DialogueStep(answer: ProbeAnswer(outcome: self.outcome(of: head, question), mayKeep: mayKeep))
    }

    private func outcome(of head: HTTPResponseHead, _ question: ProbeQuestion) -> ProbeOutcome {
        var outcome = ProbeOutcome(detail: "HTTP \(head.status.code)")
        let wanted = question.target.probe.bodyContains
        if self.expected?.contains(Int(head.status.code)) != true {
            outcome.failure = .rejected
        } else if !wanted.isEmpty, !self.body.contains(wanted.utf8) {
            outcome.failure = .rejected
            outcome.detail +=
                ", but body_contains is not in \(self.isTooLong ? "the first 64 KiB of its body" : "its body")"
        }
        if self.isJSON, !self.isTooLong {
            outcome.resources = self.body.withUnsafeReadableBytes { bytes in
                bytes.withMemoryRebound(to: UInt8.self) { ReportedResources.read($0) }
            }
        }
        return outcome
    }
}

extension ProbeFault {
    /// The target was about to close a connection that had been kept.
    static var staleConnection: ProbeFault {
        var fault = Self.closed
        fault.isStale = true
        return fault
    }
}

extension ByteBuffer {
    /// Whether these bytes are in it, one after the other.
    fileprivate func contains(_ text: some Collection<UInt8>) -> Bool {
        let text = Array(text)
        return self.withUnsafeReadableBytes { bytes in
            guard bytes.count >= text.count else { return false }
            return (0...bytes.count - text.count).contains { start in
                bytes[start] == text[0] && bytes[start..<start + text.count].elementsEqual(text)
            }
        }
    }
}
