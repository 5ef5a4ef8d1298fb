import NIOCore

/// Requests that have been sent over one connection and wait for their answers, which come in the same order.
struct RequestQueue<Waiter> {
    /// What may wait at most.
    struct Limits: Hashable {
        var requests = 1_024
        var bytes = 64 << 20
    }

    private struct Entry {
        let waiter: Waiter
        let commands: Int
        let bytes: Int
        let deadline: NIODeadline
        var replies: [RESPValue] = []
    }

    /// What a reply comes to.
    enum Arrival {
        /// Its request has further commands.
        case part
        case whole(Waiter, [RESPValue])
        /// Nobody waits for it.
        case unexpected
    }

    private let limits: Limits
    private var entries = CircularBuffer<Entry>()
    private var bytes = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    var isEmpty: Bool { self.entries.isEmpty }

    /// When the next answer is due; nil: none is.
    var deadline: NIODeadline? { self.entries.first?.deadline }

    /// - Parameters:
    ///   - commands: how many replies make the answer, 1 or more.
    ///   - bytes: of the request.
    /// - Returns: false when there is no room.
    mutating func add(_ waiter: Waiter, commands: Int, bytes: Int, deadline: NIODeadline) -> Bool {
        guard self.entries.count < self.limits.requests, self.bytes + bytes <= self.limits.bytes else { return false }
        self.entries.append(Entry(waiter: waiter, commands: commands, bytes: bytes, deadline: deadline))
        self.bytes += bytes
        return true
    }

    mutating func take(_ reply: RESPValue) -> Arrival {
        guard !self.entries.isEmpty else { return .unexpected }
        let first = self.entries.startIndex
        self.entries[first].replies.append(reply)
        guard self.entries[first].replies.count == self.entries[first].commands else { return .part }
        let entry = self.entries.removeFirst()
        self.bytes -= entry.bytes
        return .whole(entry.waiter, entry.replies)
    }

    mutating func removeAll() -> [Waiter] {
        defer {
            self.entries.removeAll()
            self.bytes = 0
        }
        return self.entries.map(\.waiter)
    }
}
