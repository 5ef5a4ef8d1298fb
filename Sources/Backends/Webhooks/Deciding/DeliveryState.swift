import RegistryCatalog
import RegistryModel

/// How deliveries of one subscription stand: what is to be sent next, and from when on. It holds a revision, not a queue: what is
/// sent is always the newest snapshot, so a slow receiver skips what lies between.
///
/// **Numbers.** Each delivery has a number that no other delivery of the subscription ever has, also over a restart and when another node
/// takes it over: up to `numberLead` numbers may be used beyond the committed one. Whoever begins anew claims the subscription first: it
/// commits a number beyond these, on the record that it knows. What was before can commit nothing after that, and stops when it sees it.
/// A delivery that is tried again keeps its number, and so its `webhook-id`; once the service has changed it is another delivery.
///
/// Times are monotonic milliseconds unless they are `Timestamp`s.
struct DeliveryState: Sendable {
    /// One delivery: a snapshot and its number.
    struct Attempt: Sendable, Hashable {
        let revision: Revision
        let sequence: Int64
    }

    /// Numbers that may be used beyond the committed one.
    static let numberLead: Int64 = 100

    let service: ServiceKey
    /// What shares a part of the slots.
    let host: String
    private(set) var progress: DeliveryProgress
    private(set) var revivals: Int64
    /// What the service is at; 0: it does not exist.
    private(set) var current: Revision
    private(set) var isSending = false
    /// What of the progress is committed.
    private var committed: DeliveryProgress
    /// The highest number that is committed, as far as this knows.
    private(set) var committedNumber: Int64
    /// Whether that is this one's own: before, no number may be used.
    private var isClaimed: Bool
    /// Some of the progress is on its way to a commit.
    private var isSaving = false
    /// The last commit has failed: the next one is not made at once.
    private var isHeldBack = false
    /// The highest number that may be used before more of the progress is committed.
    private var lastNumber: Int64
    /// The latest try since the last delivery that was taken.
    private var attempt: Attempt?
    /// From when on it may be tried again.
    private var notBefore = Int64.min
    private var giveUpAt: Int64?
    /// How long an earlier process has seen nothing but failures.
    private var failedBefore = TimeSpan.zero

    /// - Parameters:
    ///   - resumedAt: now, if others may have made deliveries of it; nil if it was made while this ran.
    ///   - isShared: those may be other nodes, which claim it before they deliver as this one does.
    init(
        _ subscription: Subscription, host: String, current: Revision, resumedAt: Timestamp?, isShared: Bool = false
    ) {
        self.service = subscription.service
        self.host = host
        self.progress = subscription.progress
        self.revivals = subscription.revivals
        self.current = current
        let number = subscription.progress.sequence
        self.committedNumber = number
        self.lastNumber = number + Self.numberLead
        self.isClaimed = resumedAt == nil
        if let resumedAt {
            // Where all claim it first, nobody has used one while none is committed.
            self.progress.sequence = isShared && number == 0 ? 1 : self.lastNumber + 1
            if let since = subscription.progress.failingSince {
                // Only until its record was last written: that the registry did not run is no failure of the receiver's.
                self.failedBefore = TimeSpan(milliseconds: max(subscription.updatedAt.since(since).milliseconds, 0))
                self.progress.failingSince = resumedAt.advanced(by: .milliseconds(-self.failedBefore.milliseconds))
            }
        }
        self.committed = self.progress
    }

    // MARK: What is to be done

    /// When to try next; nil: not before something happens.
    var due: Int64? { self.hasNews && !self.isSending && self.mayBegin(at: self.current) ? self.notBefore : nil }

    /// Whether there is a number for a delivery of this revision.
    func mayBegin(at revision: Revision) -> Bool { self.isClaimed && self.number(at: revision) <= self.lastNumber }

    /// Whether the receiver lacks the present snapshot, and it makes sense to try.
    private var hasNews: Bool { self.progress.status != .failed && self.progress.acknowledged != self.current }

    private func number(at revision: Revision) -> Int64 {
        if let attempt, attempt.revision == revision { return attempt.sequence }
        return self.progress.sequence + 1
    }

    /// Whether its progress is to be committed.
    var isUnsaved: Bool { self.progress != self.committed || self.isAwaited }

    /// Whether that should be at once: it is to be claimed, its status has changed, or its numbers run out.
    var isUrgent: Bool { self.isAwaited && !self.isSaving && !self.isHeldBack }

    private var isAwaited: Bool {
        let isShortOfNumbers = !self.isClaimed || self.lastNumber - self.progress.sequence < Self.numberLead / 2
        return self.progress.status != self.committed.status || self.hasNews && isShortOfNumbers
    }

    // MARK: What happens

    mutating func serviceIs(at revision: Revision) { self.current = revision }

    /// A slot is taken for it.
    mutating func take() { self.isSending = true }

    /// It is sent now, with the snapshot that the service has by then.
    mutating func begin(at revision: Revision) -> Attempt {
        self.current = revision
        let attempt = Attempt(revision: revision, sequence: self.number(at: revision))
        self.attempt = attempt
        self.progress.sequence = max(self.progress.sequence, attempt.sequence)
        return attempt
    }

    /// Whether what is under way is known to this.
    var hasBegun: Bool { self.attempt != nil }

    /// It was not sent, or nobody knows what became of it.
    mutating func drop() { self.isSending = false }

    mutating func end(
        _ outcome: DeliveryOutcome, now: Int64, time: Timestamp, settings: WebhookSettings,
        using generator: inout some RandomNumberGenerator
    ) {
        self.isSending = false
        guard outcome.kind != .taken else {
            self.progress.acknowledged = self.attempt?.revision
            self.progress.lastNotify = time
            self.attempt = nil
            return self.forgetFailures()
        }
        let left = max(settings.giveUpAfter.milliseconds - self.failedBefore.milliseconds, 0)
        let giveUpAt = self.giveUpAt ?? now + left
        self.giveUpAt = giveUpAt
        self.progress.failingSince = self.progress.failingSince ?? time
        self.progress.retryCount += 1
        self.progress.error = outcome.error
        self.progress.status = outcome.kind == .gone || now >= giveUpAt ? .failed : .retrying
        let backoff = Backoff(first: WebhookSettings.firstBackoff, longest: settings.maximumBackoff)
        let delay = backoff.delay(after: self.progress.retryCount, using: &generator)
        // The last try is when the time is over, not up to one wait later.
        self.notBefore = min(now + delay.milliseconds, max(giveUpAt, now))
    }

    private mutating func forgetFailures() {
        self.progress.revive()
        self.giveUpAt = nil
        self.failedBefore = .zero
        self.notBefore = .min
    }

    /// Whether another has claimed it, so that what this knows of it is over. While a commit is on its way nobody can tell.
    func isSuperseded(by subscription: Subscription) -> Bool {
        let number = subscription.progress.sequence
        if self.isSaving { return false }
        return self.isClaimed ? number > self.progress.sequence : number != self.committedNumber
    }

    /// Its record was changed: if it was revived since, it is tried at once.
    mutating func reread(_ subscription: Subscription) {
        guard !self.isSaving else { return }
        // A commit of its own whose answer was lost shows in this way.
        self.committedNumber = subscription.progress.sequence
        guard subscription.revivals > self.revivals else { return }
        self.revivals = subscription.revivals
        self.forgetFailures()
        self.committed = subscription.progress
    }

    /// Its progress as it is now is on its way to a commit.
    mutating func beginSaving() {
        self.isSaving = true
        self.isHeldBack = false
    }

    /// That has failed, or it is not known what became of it.
    mutating func noteNotCommitted() {
        self.isSaving = false
        self.isHeldBack = true
    }

    /// Its progress was committed as it was then.
    mutating func noteCommitted(_ progress: DeliveryProgress) {
        self.isSaving = false
        self.isClaimed = true
        self.committed = progress
        self.committedNumber = progress.sequence
        self.lastNumber = max(self.lastNumber, progress.sequence + Self.numberLead)
    }
}
