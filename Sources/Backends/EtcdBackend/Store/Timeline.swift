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
