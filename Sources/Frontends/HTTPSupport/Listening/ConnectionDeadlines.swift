import NIOCore

/// Decides until when a connection must have done what. Performs no I/O and reads no clock.
struct ConnectionDeadlines {
    struct Limits {
        var header: TimeAmount
        var idle: TimeAmount
        var receive: TimeAmount
        var unread: TimeAmount
    }

    /// What is being read. How long an answer takes is not bounded here: waits and watches may take as long as they like.
    enum Phase: Equatable {
        /// A header is expected, or some of it has come. Can transition to `body` or `between`.
        case header(deadline: NIODeadline)
        /// A body is on its way. Can transition to `between`.
        case body(deadline: NIODeadline)
        /// A whole request has been read, or answered. `idleSince` is nil while answers are owed. Can transition to `header` or `body`.
        case between(idleSince: NIODeadline?)
    }

    enum Verdict: Equatable {
        /// Nothing is late; look again then, if at all.
        case lookAgain(NIODeadline?)
        /// The header did not come in time, or nothing came or was taken for long: close.
        case close
        /// The body did not come in time: who reads it must be told.
        case bodyIsLate
    }

    private let limits: Limits
    private(set) var phase: Phase
    /// Since when what is sent to the client is left unread; nil while it takes it.
    private var unreadSince: NIODeadline?
    private var answersOwed = 0
    private var sawPart = false

    init(limits: Limits, now: NIODeadline) {
        self.limits = limits
        self.phase = .header(deadline: now + limits.header)
    }

    var owesAnswers: Bool { self.answersOwed > 0 }

    mutating func readHead(now: NIODeadline) {
        self.sawPart = true
        self.answersOwed += 1
        self.phase = .body(deadline: now + self.limits.receive)
    }

    mutating func readBody() { self.sawPart = true }

    mutating func readEnd(now: NIODeadline) {
        self.sawPart = true
        self.phase = .between(idleSince: nil)
    }

    /// Bytes were read from the socket. When no part came of them, a header has begun.
    mutating func readBytes(now: NIODeadline) {
        defer { self.sawPart = false }
        if !self.sawPart, case .between = self.phase { self.phase = .header(deadline: now + self.limits.header) }
    }

    mutating func wroteEnd(now: NIODeadline) {
        self.answersOwed -= 1
        // What came of the next request meanwhile may have been left unread by us, so its time begins now.
        switch self.phase {
        case .between where self.answersOwed == 0: self.phase = .between(idleSince: now)
        case .header where self.answersOwed == 0: self.phase = .header(deadline: now + self.limits.header)
        case .body where self.answersOwed == 1: self.phase = .body(deadline: now + self.limits.receive)
        default: break
        }
    }

    /// The client takes what is sent to it, or has stopped doing so.
    mutating func writability(isWritable: Bool, now: NIODeadline) {
        self.unreadSince = isWritable ? nil : self.unreadSince ?? now
    }

    func verdict(now: NIODeadline) -> Verdict {
        let verdict = self.readingVerdict(now: now)
        guard let unreadSince, case .lookAgain(let deadline) = verdict else { return verdict }
        let end = unreadSince + self.limits.unread
        return now < end ? .lookAgain(min(deadline ?? end, end)) : .close
    }

    private func readingVerdict(now: NIODeadline) -> Verdict {
        switch self.phase {
        case .header(let deadline):
            // While an earlier answer is owed the header may be a pipelined one; it has until that is written.
            now < deadline ? .lookAgain(deadline) : self.owesAnswers ? .lookAgain(now + self.limits.header) : .close
        case .body(let deadline):
            // Its own answer is owed, too.
            now < deadline
                ? .lookAgain(deadline) : self.answersOwed > 1 ? .lookAgain(now + self.limits.receive) : .bodyIsLate
        case .between(nil):
            .lookAgain(nil)
        case .between(let since?):
            now < since + self.limits.idle ? .lookAgain(since + self.limits.idle) : .close
        }
    }
}
