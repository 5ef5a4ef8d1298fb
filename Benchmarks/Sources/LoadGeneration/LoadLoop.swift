import NIOCore

/// Drives the connections of one event loop; only ever used there.
final class LoadLoop: AnswerReceiver {
    private let eventLoop: any EventLoop
    private let plan: LoadPlan
    private let finished: EventLoopPromise<LoadOutcome>
    private var outcome = LoadOutcome()
    private var connections: [HTTPConnection] = []
    private var busy = 0
    private var measuredFrom: UInt64 = 0
    private var end: UInt64 = 0
    private var lastAnswerAt: UInt64 = 0
    private var schedule: OpenSchedule?
    private var idle = CircularBuffer<HTTPConnection>()
    private var dry = 0
    private var isTimerSet = false
    private var isFinished = false

    init(plan: LoadPlan, finished: EventLoopPromise<LoadOutcome>, eventLoop: any EventLoop) {
        self.plan = plan
        self.finished = finished
        self.eventLoop = eventLoop
    }

    func makeConnection(_ number: Int) -> HTTPConnection {
        let connection = HTTPConnection(receiver: self, next: self.plan.source(number, self.plan.connections))
        self.connections.append(connection)
        return connection
    }

    /// Begins the load with all connections made.
    func start(at time: UInt64) {
        self.measuredFrom = time + self.plan.warmUp.nanoseconds
        self.end = self.measuredFrom + self.plan.duration.nanoseconds
        switch self.plan.pace {
        case .closed:
            for connection in self.connections { self.sendNext(connection, intendedAt: Moment.now) }
        case .open(let perSecond):
            let share = perSecond * Double(self.connections.count) / Double(self.plan.connections)
            self.schedule = OpenSchedule(start: time, perSecond: share)
            self.idle.append(contentsOf: self.connections)
            self.sendDue()
        }
        self.finishIfDone()
        let patience = TimeAmount.nanoseconds(Int64(self.end - time + self.plan.patience.nanoseconds))
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: patience) { bound.value.abandon(NoAnswer()) }
    }

    /// Ends the run without a result.
    func abandon(_ error: any Error) { self.finish { $0.fail(error) } }

    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "Requests were still unanswered when the run's patience was over." }
    }

    func received(_ response: ResponseScan, _ bytes: ByteBuffer, on connection: HTTPConnection) {
        let now = Moment.now
        self.busy -= 1
        self.record(response, bytes, latency: now - connection.intendedAt, at: now)
        if self.schedule != nil {
            self.idle.append(connection)
            self.sendDue()
        } else if now < self.end {
            self.sendNext(connection, intendedAt: now)
        }
        self.finishIfDone()
    }

    func lost(_ connection: HTTPConnection, _ error: any Error) { self.abandon(error) }

    private func record(_ response: ResponseScan, _ bytes: ByteBuffer, latency: UInt64, at now: UInt64) {
        let body = bytes.readableBytesView.dropFirst(response.bodyStart)
        guard self.plan.accepts(response.status, body) else {
            self.outcome.refused += 1
            if self.outcome.firstRefusal == nil {
                self.outcome.firstRefusal = "\(response.status) \(String(decoding: body.prefix(300), as: UTF8.self))"
            }
            return
        }
        self.outcome.accepted += 1
        guard now >= self.measuredFrom, now < self.end else { return }
        self.lastAnswerAt = now
        self.outcome.measured += 1
        self.outcome.record(latency)
    }

    /// False when the connection's source has no more.
    @discardableResult
    private func sendNext(_ connection: HTTPConnection, intendedAt time: UInt64) -> Bool {
        guard let request = connection.next() else {
            self.dry += 1
            return false
        }
        self.busy += 1
        connection.send(request, intendedAt: time)
        return true
    }

    // MARK: - Open loop

    /// Sends what is due while there are idle connections, each in its turn, and comes back when the next is due.
    private func sendDue() {
        let now = Moment.now
        while let due = self.schedule?.next, due <= min(now, self.end), let connection = self.idle.popFirst() {
            if self.sendNext(connection, intendedAt: due) { self.schedule?.advance() }
        }
        guard let due = self.schedule?.next, due < self.end, !self.idle.isEmpty, !self.isTimerSet else { return }
        self.isTimerSet = true
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(deadline: .uptimeNanoseconds(due)) {
            bound.value.isTimerSet = false
            bound.value.sendDue()
            bound.value.finishIfDone()
        }
    }

    /// What was due and found no idle connection has waited at least until the end.
    private func recordUnsent() {
        while self.dry < self.connections.count, let due = self.schedule?.next, due < self.end {
            self.schedule?.advance()
            self.outcome.unsent += 1
            self.outcome.record(self.end - due)
        }
    }

    private func finishIfDone() {
        guard self.busy == 0, !self.isTimerSet, !self.isFinished else { return }
        self.recordUnsent()
        // A source that ran dry ended the measurement before its time.
        let until = Moment.now < self.end ? max(self.lastAnswerAt, self.measuredFrom) : self.end
        self.outcome.seconds = Double(until - self.measuredFrom) / 1e9
        let outcome = self.outcome
        self.finish { $0.succeed(outcome) }
    }

    private func finish(_ complete: (EventLoopPromise<LoadOutcome>) -> Void) {
        guard !self.isFinished else { return }
        self.isFinished = true
        for connection in self.connections { connection.close() }
        complete(self.finished)
    }
}
