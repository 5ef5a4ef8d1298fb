/// What the nodes of a cluster say of themselves, in one order with their commits.
public enum ClusterEvent: Sendable, Hashable {
    case joined(Member)
    /// Its lease ran out, or it left. By ``Member/id``.
    case left(UInt64)
    /// `position`: the store's own order, by which an expiry names the newest digest that it knows of.
    case digest(Digest, position: Int64)
    /// Everything was read anew: events may have been missed, and those that follow are all there is.
    case reloaded
}
