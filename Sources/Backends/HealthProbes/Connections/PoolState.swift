/// Which connections there are, which are unused, and who waits for one. A slot is a connection that is open, being opened or
/// being closed; there are never more than `limit`.
///
/// When targets are more than connections, those that are kept must not have to be closed for each other all the time: only three
/// quarters of the slots may be kept, the others are for connections that are closed after their probe.
struct PoolState<Connection: Identifiable, Wait> where Connection.ID == Int {
    let limit: Int
    private(set) var open = 0
    private var kept = 0
    private var keptLimit: Int { self.limit * 3 / 4 }

    /// Unused connections by the order in which they became so. The keys only grow, so the oldest is at `firstIdle` or after.
    private var idle: [Int: (connection: Connection, endpoint: Endpoint)] = [:]
    private var idleKeys: [Endpoint: [Int]] = [:]
    private var keyOfIdle: [Connection.ID: Int] = [:]
    private var firstIdle = 0
    private var nextIdle = 0

    /// Who waits, in the order of coming; the same with the keys.
    private var waits: [Int: Wait] = [:]
    private var firstWait = 0
    private var nextWait = 0
    private var waitLimit: Int { self.limit * 16 }

    init(limit: Int) { self.limit = max(1, limit) }

    enum Grant {
        /// A connection that was kept.
        case reuse(Connection)
        /// A slot to open one in, and whether it may be kept afterwards.
        case open(mayKeep: Bool)
        /// Comes when a slot is free; to be abandoned under this key. What is unused has to be closed for it.
        case wait(Int, closing: Connection?)
        /// So many wait already that there is no sense in it.
        case full
    }

    // MARK: Taking

    mutating func take(_ endpoint: Endpoint, mayReuse: Bool, wait: @autoclosure () -> Wait) -> Grant {
        if mayReuse, let key = self.idleKeys[endpoint]?.last, let entry = self.idle[key] {
            self.forgetIdle(key)
            return .reuse(entry.connection)
        }
        if self.open < self.limit {
            self.open += 1
            return .open(mayKeep: self.keep())
        }
        guard self.waits.count < self.waitLimit else { return .full }
        let key = self.nextWait
        self.nextWait += 1
        self.waits[key] = wait()
        return .wait(key, closing: self.takeOldestIdle())
    }

    mutating func abandon(_ key: Int) { self.waits[key] = nil }

    private mutating func keep() -> Bool {
        guard self.kept < self.keptLimit else { return false }
        self.kept += 1
        return true
    }

    // MARK: Giving back

    /// Keeps a connection for later; false when it has to be closed, because somebody waits for its slot.
    mutating func putBack(_ connection: Connection, _ endpoint: Endpoint) -> Bool {
        guard self.waits.isEmpty else { return false }
        let key = self.nextIdle
        self.nextIdle += 1
        self.idle[key] = (connection, endpoint)
        self.idleKeys[endpoint, default: []].append(key)
        self.keyOfIdle[connection.id] = key
        return true
    }

    /// A connection is closed, or could not be opened.
    ///
    /// - Parameter wasKept: whether it was opened with `mayKeep`.
    /// - Returns: who gets its slot, and whether that one may keep the connection.
    mutating func close(_ connection: Connection.ID?, wasKept: Bool) -> (wait: Wait, mayKeep: Bool)? {
        if let connection, let key = self.keyOfIdle[connection] { self.forgetIdle(key) }
        self.open -= 1
        if wasKept { self.kept -= 1 }
        while self.firstWait < self.nextWait {
            self.firstWait += 1
            guard let wait = self.waits.removeValue(forKey: self.firstWait - 1) else { continue }
            self.open += 1
            return (wait, self.keep())
        }
        return nil
    }

    /// Every connection that is unused, and everyone who waits.
    mutating func removeAll() -> (idle: [Connection], waits: [Wait]) {
        let all = (self.idle.values.map(\.connection), Array(self.waits.values))
        for key in Array(self.idle.keys) { self.forgetIdle(key) }
        self.waits = [:]
        return all
    }

    // MARK: Unused ones

    private mutating func takeOldestIdle() -> Connection? {
        while self.firstIdle < self.nextIdle {
            if let entry = self.idle[self.firstIdle] {
                self.forgetIdle(self.firstIdle)
                return entry.connection
            }
            self.firstIdle += 1
        }
        return nil
    }

    private mutating func forgetIdle(_ key: Int) {
        guard let entry = self.idle.removeValue(forKey: key) else { return }
        self.keyOfIdle[entry.connection.id] = nil
        var keys = self.idleKeys[entry.endpoint] ?? []
        keys.removeAll { $0 == key }
        self.idleKeys[entry.endpoint] = keys.isEmpty ? nil : keys
    }
}
