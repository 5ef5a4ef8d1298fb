import NIOCore
import Outbound

/// Which connection a request takes, and when a new one is opened: an idle one before a new one, a new one before one that is in use.
/// After a failure none is opened for a while, longer each time.
struct PoolState<Connection: Identifiable, Opening> {
    enum Grant {
        case use(Connection)
        /// To be opened, and then ``opened(_:)`` or ``failed(_:at:)``; the opening is the one that was made.
        case open(Opening)
        /// Another request opens one.
        case join(Opening)
        case refused(RedisError)
    }

    private struct Entry {
        let connection: Connection
        var requests = 0
    }

    private let limit: Int
    private var entries: [Entry] = []
    private var openings: [Opening] = []
    private var backoff: Backoff
    private var pause: (end: NIODeadline, fault: RedisError)?

    init(limit: Int, backoff: Backoff = .reconnecting) {
        self.limit = max(limit, 1)
        self.backoff = backoff
    }

    /// Connections that are open or being opened.
    var count: Int { self.entries.count + self.openings.count }

    /// For one request. What is granted for use has to be given back by ``finish(_:)``.
    mutating func take(at now: NIODeadline, opening: () -> Opening) -> Grant {
        if self.entries.contains(where: { $0.requests == 0 }), let idle = self.takeOpen() { return .use(idle) }
        if let pause, now < pause.end {
            return self.takeOpen().map { .use($0) } ?? .refused(pause.fault)
        }
        if self.count < self.limit {
            let made = opening()
            self.openings.append(made)
            return .open(made)
        }
        if let busy = self.takeOpen() { return .use(busy) }
        // All that there may be are being opened.
        return .join(self.openings[0])
    }

    /// Of the open connections the one with the fewest requests, for another one; nil: none is open.
    mutating func takeOpen() -> Connection? {
        guard let least = self.entries.indices.min(by: { self.entries[$0].requests < self.entries[$1].requests })
        else { return nil }
        self.entries[least].requests += 1
        return self.entries[least].connection
    }

    /// What was to be opened is open, and not in use.
    mutating func opened(_ connection: Connection) {
        self.openings.removeFirst()
        self.entries.append(Entry(connection: connection))
        self.backoff.reset()
        self.pause = nil
    }

    /// What was to be opened could not be.
    mutating func failed(_ fault: RedisError, at now: NIODeadline, random: Double = .random(in: 0..<1)) {
        self.openings.removeFirst()
        self.pause = (now + TimeAmount(self.backoff.next(random: random)), fault)
    }

    /// A further request begins on a connection that was opened for it, or that it joined.
    mutating func begin(_ id: Connection.ID) {
        guard let index = self.entries.firstIndex(where: { $0.connection.id == id }) else { return }
        self.entries[index].requests += 1
    }

    /// A request is over.
    mutating func finish(_ id: Connection.ID) {
        guard let index = self.entries.firstIndex(where: { $0.connection.id == id }) else { return }
        self.entries[index].requests -= 1
    }

    /// A connection is closed.
    mutating func closed(_ id: Connection.ID) { self.entries.removeAll { $0.connection.id == id } }

    mutating func removeAll() -> [Connection] {
        defer { self.entries = [] }
        return self.entries.map(\.connection)
    }
}
