/// Which revision was the newest at which time, coarsely. Pure; monotonic milliseconds.
struct RevisionTrace: Sendable {
    private struct Mark {
        let time: Int64
        var revision: Int64
    }

    /// Marks are this far apart,
    private static let step: Int64 = 1_000
    /// and so many are kept: an hour.
    private static let limit = 3_600

    private var marks: [Mark] = []

    /// Revisions ascend.
    mutating func note(_ revision: Int64, at now: Int64) {
        if let last = self.marks.last, now - last.time < Self.step {
            self.marks[self.marks.count - 1].revision = revision
            return
        }
        self.marks.append(Mark(time: now, revision: revision))
        if self.marks.count > Self.limit { self.marks.removeFirst() }
    }

    /// The newest that was there by a time, give or take a step; nil: none is known.
    func newest(at time: Int64) -> Int64? {
        self.marks.last { $0.time + Self.step <= time }?.revision
    }

    /// To where history may be forgotten.
    ///
    /// - Parameters:
    ///   - age: what is younger is kept.
    ///   - applied: a node has come only so far; nil: all have come to the newest commit.
    ///   - patience: for how much longer that node is waited for.
    func compaction(age: Int64, applied: Int64?, patience: Int64, now: Int64) -> Int64? {
        guard let target = self.newest(at: now - age) else { return nil }
        guard let applied, applied < target else { return target }
        return max(applied, self.newest(at: now - age - patience) ?? 0)
    }
}
