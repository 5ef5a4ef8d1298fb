import RegistryModel

/// How etcd's revisions become the registry's: a timeline counts how often another history was declared to be the right one, and
/// stands above etcd's own revision, so that the registry's never goes back.
struct Timeline: Hashable, Sendable {
    let number: Int64

    /// Bits of a revision that are etcd's.
    private static let bits: Int64 = 40
    /// The registry's revisions are below 2^53.
    static let last = Timeline(number: 1 << 13 - 1)

    init(number: Int64) { self.number = number }

    init(of revision: Revision) { self.number = revision.rawValue >> Self.bits }

    /// 0 stays 0: before the first commit.
    func revision(_ etcd: Int64) -> Revision { etcd == 0 ? .zero : Revision(self.number << Self.bits | etcd) }

    /// Where a revision of etcd's is in the order of everything, over all timelines.
    func position(_ etcd: Int64) -> Int64 { self.number << Self.bits | etcd }

    /// Etcd's revision at a position; 0 for one of another timeline.
    func etcdRevision(atPosition position: Int64) -> Int64 { self.etcdRevision(Revision(position)) ?? 0 }

    /// Numbers of rows that a timeline begins with, above all that were given out before it: of those the store may know nothing.
    var firstNumber: Int64 { max(1, self.number << 32) }

    /// Etcd's revision; nil for one of another timeline, which no record has any more, and for 0, which none ever had.
    func etcdRevision(_ revision: Revision) -> Int64? {
        let etcd = revision.rawValue - self.number << Self.bits
        return etcd > 0 && etcd < 1 << Self.bits ? etcd : nil
    }

    /// The part of a range of revisions that is this timeline's; nil if there is none.
    func etcdRevisions(_ range: ClosedRange<Revision>) -> ClosedRange<Int64>? {
        let base = self.number << Self.bits
        let lower = max(range.lowerBound.rawValue - base, 1)
        let upper = min(range.upperBound.rawValue - base, 1 << Self.bits - 1)
        return lower <= upper ? lower...upper : nil
    }
}
