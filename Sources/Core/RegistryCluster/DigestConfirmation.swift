import RegistryModel

/// Whether what this node says comes back to it through the store: while it does not, the node cannot know who else is heard. Milliseconds
/// of monotonic time. Pure.
struct DigestConfirmation: Sendable, Hashable {
    /// Longer than this without a confirmation, and the node is cut off.
    static let patience: Int64 = 1_000
    /// The same for a node that has not even written: its idle digest is due once a second.
    static let silence: Int64 = 2_500

    private(set) var confirmed: Int64 = 0
    /// When those were written that are not confirmed, by their sequence numbers.
    private var open: [Int64: Int64] = [:]
    private var lastConfirmedAt: Int64?
    private let start: Int64

    init(since start: Int64) { self.start = start }

    mutating func note(_ sequence: Int64, writtenAt now: Int64) {
        if self.open[sequence] == nil { self.open[sequence] = now }
    }

    mutating func confirm(_ sequence: Int64, at now: Int64? = nil) {
        self.confirmed = max(self.confirmed, sequence)
        self.lastConfirmedAt = self.open[sequence] ?? self.lastConfirmedAt
        self.open = self.open.filter { $0.key > sequence }
    }

    /// How long ago what came back last was written; zero while nothing is overdue.
    func silence(now: Int64) -> TimeSpan {
        self.isOverdue(now: now) ? .milliseconds(max(now - (self.lastConfirmedAt ?? self.start), 0)) : .zero
    }

    func isOverdue(now: Int64) -> Bool {
        if let oldest = self.open.values.min() { return now - oldest > Self.patience }
        return now - (self.lastConfirmedAt ?? self.start) > Self.silence
    }
}
