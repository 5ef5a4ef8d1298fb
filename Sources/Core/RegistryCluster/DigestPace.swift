/// When a node writes its next digest. Milliseconds. Pure.
struct DigestPace: Sendable, Hashable {
    /// All nodes together write at most this many a second, up to thirty nodes.
    static let total: Int64 = 20
    /// No node writes more often.
    static let shortest: Int64 = 200
    /// A node without beats still says that it is there.
    static let idle: Int64 = 1_000
    /// However many nodes there are, none writes less often: it would count as cut off before its next digest came back.
    static let longest = DigestConfirmation.silence - DigestConfirmation.patience

    private(set) var last: Int64?

    mutating func note(sentAt now: Int64) { self.last = now }

    func isDue(now: Int64, members: Int, hasBeats: Bool) -> Bool {
        guard let last else { return true }
        let shortest = min(max(Self.shortest, Int64(members) * 1_000 / Self.total), Self.longest)
        return now - last >= (hasBeats ? shortest : max(Self.idle, shortest))
    }
}
