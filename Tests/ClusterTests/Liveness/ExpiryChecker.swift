import RollcallClient

/// P4 and P5 on real processes: no instance expires early, and none that has fallen silent stays UP for long.
///
/// All times are nanoseconds from the start of the run. A beat counts from when it was sent, which is before any node received it.
struct ExpiryChecker {
    /// What an expiry's record may be off by: its time has milliseconds, on the wall clock of the same machine.
    static let precision: Int64 = 5_000_000

    let ttl: Int64
    /// What a busy machine may add to the bound of lateness.
    let margin: Int64
    private(set) var beats = 0
    private(set) var expiries = 0
    /// Silences of which it was seen whether they ended in time.
    private(set) var silences = 0
    private var acknowledged: [InstanceKey: [Beat]] = [:]
    private var expired: [InstanceKey: [Int64]] = [:]

    private struct Beat {
        let sent: Int64
        let answered: Int64
    }

    init(ttl: Duration, margin: Duration) {
        self.ttl = Int64(ttl / .nanoseconds(1))
        self.margin = Int64(margin / .nanoseconds(1))
    }

    /// A beat, or a registration, was acknowledged.
    mutating func acknowledge(_ key: InstanceKey, sent: Int64, answered: Int64) {
        self.beats += 1
        self.acknowledged[key, default: []].append(Beat(sent: sent, answered: answered))
    }

    /// Those of which a beat was acknowledged since: they were UP by then.
    func heard(since time: Int64) -> [InstanceKey] {
        self.acknowledged.filter { $0.value.contains { $0.answered >= time } }.map(\.key)
    }

    /// The history says that it was DOWN for missing heartbeats.
    mutating func expire(_ key: InstanceKey, at time: Int64) {
        self.expiries += 1
        self.expired[key, default: []].append(time)
    }

    /// P4: an acknowledged beat holds until it is older than the ttl.
    var early: [String] {
        self.expired.flatMap { key, times in
            times.flatMap { time in
                (self.acknowledged[key] ?? []).filter {
                    $0.answered <= time && time + Self.precision < $0.sent + self.ttl
                }.map { beat in
                    "P4: \(key) was DOWN at \(time / 1_000_000) ms; a beat was sent at \(beat.sent / 1_000_000) ms, and "
                        + "acknowledged at \(beat.answered / 1_000_000) ms"
                }
            }
        }
    }

    /// P5: judges a silence.
    /// - Parameters:
    ///   - start: when the last beat was over, whatever became of it.
    ///   - end: when it beat again, or when this was looked at.
    /// - Returns: what is wrong with it.
    mutating func judgeSilence(
        of key: InstanceKey, from start: Int64, to end: Int64, _ disturbances: Disturbances
    ) -> String? {
        let bound = disturbances.latestExpiry(silentSince: start, ttl: self.ttl)
        guard end > bound + self.margin else { return nil }
        self.silences += 1
        let first = (self.expired[key] ?? []).filter { $0 >= start - self.ttl && $0 <= end }.min()
        if let first, first <= bound + self.margin { return nil }
        let found = first.map { "it was DOWN at \($0 / 1_000_000) ms" } ?? "it was not DOWN"
        return "P5: \(key) was silent from \(start / 1_000_000) to \(end / 1_000_000) ms, and had to be DOWN at "
            + "\(bound / 1_000_000) ms, and \(self.margin / 1_000_000) ms for the machine; \(found)"
    }
}
