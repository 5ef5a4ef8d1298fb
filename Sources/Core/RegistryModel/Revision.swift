/// The number of a commit: one per commit, never decreasing, also across restart and restore, below 2^53.
///
/// Every snapshot, `ETag`, watch id and blocking index is a revision.
public struct Revision: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public var rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// Before the first commit; also the revision of a service that does not exist.
    public static let zero = Revision(0)
    /// The largest value that every JSON reader can hold exactly: 2^53 − 1.
    public static let max = Revision(Limits.largestInteger)

    public var next: Revision { Revision(self.rawValue + 1) }
    public var description: String { String(self.rawValue) }

    public static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }
}
