public import RegistryModel

/// Which check is due when, which are under way, and what they came to. Performs no I/O and reads no clock; all times are monotonic
/// milliseconds.
///
/// - A check is due every interval, less up to a tenth at random. What somebody waits for is probed soon, what was well
///   before this process started at any time within its interval; the second probe comes after a random part of the interval. So the
///   probes of many instances spread evenly, however many registered together.
/// - No check is under way twice, nor has an instance more probes under way than checks. A turn that comes meanwhile is left out.
/// - At most ``ProbeSettings/maximumConcurrent`` probes are under way; what is due longest goes first. When targets hang, and so many
///   checks share so few places that not each could take its whole timeout in every interval, those that are late by more than a quarter
///   of theirs get as much of the timeout as makes them all fit. So none is late by more than its interval, as long as the targets that
///   answer do so within a quarter of that: a check that has passed gets four times what it took, however little there is.
/// - What spans a standstill of this process, or a time in which this node was cut off from the others, is void.
public struct ProbePlan: Sendable {
    /// A probe to make.
    public struct Job: Sendable {
        let prepared: PreparedCheck
        public let timeout: TimeSpan
        let ticket: UInt64
        let due: Int64
        let begun: Int64
        let standstills: Int

        public var target: ProbeTarget { self.prepared.target }
        public var key: InstanceKey { self.prepared.key }
        public var number: Int64 { self.prepared.number }
    }

    struct Turn: Sendable {
        let number: Int64
        let ticket: UInt64
    }

    let settings: ProbeSettings
    var generator: any RandomNumberGenerator & Sendable
    var instances: [Int64: InstanceChecks] = [:]
    var numbers: [InstanceKey: Int64] = [:]
    var schedule = DueHeap<Turn>()
    var standstill: ProbeStandstill
    /// Instances with a finding that is not on its way.
    var unsettled: Set<Int64> = []
    var counted = ProbeFigures()
    private var nextTicket: UInt64 = 0
    /// Places that all checks would need if every probe took its whole timeout, in millionths.
    private var need: Int64 = 0

    /// - Parameter generator: where chance comes from.
    public init(
        settings: ProbeSettings, now: Int64,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.settings = settings
        self.generator = generator
        self.standstill = ProbeStandstill(now: now)
    }

    public var figures: ProbeFigures { self.counted }

    /// What is known of each check of an instance, in the order of its registration.
    public func reports(of number: Int64) -> [CheckReport] { self.instances[number]?.reports ?? [] }

    // MARK: Probing

    /// Probes to make now, as many as there are places for. Each has to be finished.
    ///
    /// - Parameter isCutOff: whether this node cannot tell whether it is the network around it that fails.
    public mutating func takeDue(now: Int64, isCutOff: Bool = false) -> [Job] {
        self.standstill.look(now: now, interval: ProbeSettings.tick.milliseconds, isCutOff: isCutOff)
        var jobs: [Job] = []
        while self.counted.running < self.settings.maximumConcurrent, let next = self.schedule.takeDue(now: now) {
            guard let (entry, isFree) = self.begin(next.element) else { continue }
            guard isFree else {
                self.counted.skipped += 1
                self.scheduleNext(after: next.due, entry, now: now)
                continue
            }
            self.counted.running += 1
            self.counted.latestStart = max(self.counted.latestStart, now - next.due)
            jobs.append(
                Job(
                    prepared: entry.prepared, timeout: self.timeout(of: entry, late: now - next.due),
                    ticket: entry.ticket, due: next.due, begun: now, standstills: self.standstill.count))
        }
        return jobs
    }

    /// Takes over what a probe came to. Returns whether it counts.
    ///
    /// - Parameters:
    ///   - time: the wall clock, for people.
    ///   - isCutOff: as in ``takeDue(now:isCutOff:)``.
    @discardableResult
    public mutating func finish(
        _ job: Job, _ outcome: ProbeOutcome, now: Int64, time: Timestamp, isCutOff: Bool = false
    ) -> Bool {
        self.standstill.look(now: now, interval: ProbeSettings.tick.milliseconds, isCutOff: isCutOff)
        self.counted.running -= 1
        self.counted.done += 1
        let counts = job.standstills == self.standstill.count && outcome.failure != .overloaded
        guard let before = self.end(job, counts ? outcome : nil, now: now, time: time) else {
            self.counted.void += 1
            return false
        }
        if counts {
            if outcome.failure != nil { self.counted.failed += 1 }
            self.review(job.number)
        } else {
            self.counted.void += 1
        }
        self.scheduleNext(after: job.due, before, now: now, isSecond: before.state.lastCheck == nil)
        return counts
    }

    /// Takes a place of the instance, if it has a free one. Nil when the check is gone.
    private mutating func begin(_ turn: Turn) -> (entry: InstanceChecks.Entry, isFree: Bool)? {
        guard let place = self.instances.index(forKey: turn.number),
            let entry = self.instances.values[place].entries.first(where: { $0.ticket == turn.ticket })
        else { return nil }
        let isFree = self.instances.values[place].running < self.instances.values[place].entries.count
        if isFree { self.instances.values[place].running += 1 }
        return (entry, isFree)
    }

    /// Gives the place back and takes over the outcome, if there is one that counts. Returns the check as it was before; nil when it is
    /// gone.
    private mutating func end(
        _ job: Job, _ outcome: ProbeOutcome?, now: Int64, time: Timestamp
    ) -> InstanceChecks.Entry? {
        guard let place = self.instances.index(forKey: job.number) else { return nil }
        self.instances.values[place].running -= 1
        guard let index = self.instances.values[place].entries.firstIndex(where: { $0.ticket == job.ticket }) else {
            return nil
        }
        let before = self.instances.values[place].entries[index]
        if let outcome {
            self.instances.values[place].entries[index].state.take(
                outcome, by: before.prepared.policy, begun: job.begun, now: now, time: time)
        }
        return before
    }

    private func timeout(of entry: InstanceChecks.Entry, late: Int64) -> TimeSpan {
        let policy = entry.prepared.policy
        let places = Int64(self.settings.maximumConcurrent) * Self.million
        guard self.need > places, late > policy.interval.milliseconds / 4 else { return policy.timeout }
        let share = Int64(Double(policy.timeout.milliseconds) * Double(places) / Double(self.need))
        return min(policy.timeout, .milliseconds(max(share, entry.state.leastTimeout, Self.shortestTimeout)))
    }

    private static let million: Int64 = 1_000_000
    /// Milliseconds.
    private static let shortestTimeout: Int64 = 10

    // MARK: The schedule

    mutating func takeTicket() -> UInt64 {
        defer { self.nextTicket += 1 }
        return self.nextTicket
    }

    /// Puts the next turn of a check where it belongs: an interval after the last one, and not before now.
    private mutating func scheduleNext(
        after due: Int64, _ entry: InstanceChecks.Entry, now: Int64, isSecond: Bool = false
    ) {
        let interval = entry.prepared.policy.interval.milliseconds
        var next =
            isSecond
            ? now + self.random(in: 1...interval) : due + self.random(in: (interval - interval / 10)...interval)
        if next <= now {
            // Missed turns are not made up for.
            let missed = (now - next) / interval + 1
            next += missed * interval
            self.counted.skipped += Int(missed)
        }
        self.schedule.add(Turn(number: entry.prepared.number, ticket: entry.ticket), due: next)
    }

    mutating func random(in range: ClosedRange<Int64>) -> Int64 { Self.random(in: range, using: &self.generator) }

    private static func random(
        in range: ClosedRange<Int64>, using generator: inout some RandomNumberGenerator
    ) -> Int64 {
        Int64.random(in: range, using: &generator)
    }

    /// Counts the places that a check needs in, or with -1 out.
    mutating func count(_ policy: CheckPolicy, by step: Int64) {
        self.need += step * policy.timeout.milliseconds * Self.million / max(policy.interval.milliseconds, 1)
        self.counted.checks += Int(step)
    }

    /// Turns of checks that are gone lie in the schedule until they are due, or until they are as many as the others.
    mutating func tidySchedule() {
        guard self.schedule.count > 2 * self.counted.checks + 64 else { return }
        let tickets = Set(self.instances.values.lazy.flatMap { $0.entries.map(\.ticket) })
        self.schedule.keep { tickets.contains($0.ticket) }
    }
}
