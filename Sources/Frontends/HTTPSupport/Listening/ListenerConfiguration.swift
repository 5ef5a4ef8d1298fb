public import RegistryModel

/// Where a listener listens, and what one client may take of it.
public struct ListenerConfiguration: Sendable, Hashable {
    /// The address to listen on: `127.0.0.1`.
    public var host: String
    /// The port to listen on; 0 lets the system choose: 8080.
    public var port: Int
    /// Connections that may wait to be accepted: 1,024.
    public var backlog: Int
    /// Connections at once; further ones wait in the backlog: 8,192.
    public var maximumConnections: Int
    /// How long a connection may take from its start, or from the first byte of a request, to the end of the header: 10 s.
    public var headerTimeLimit: TimeSpan
    /// How long a connection may stay open between two requests: 75 s.
    public var idleTimeLimit: TimeSpan
    /// How long a request may take to arrive, counted from the end of its header (`server.timeout`): 30 s.
    public var receiveTimeLimit: TimeSpan
    /// How long a client may leave unread what is sent to it; a watcher that is closed so resumes where it was: 2 min.
    public var unreadTimeLimit: TimeSpan
    /// Bytes of one header field, its name included: 16 KiB. The request line is bounded by the same.
    public var headerFieldBytes: Int
    /// Bytes of all header fields of a request: 64 KiB.
    public var headerBytes: Int
    /// Header fields of a request: 100.
    public var headerFields: Int
    /// How long a graceful stop may take before what still runs is cancelled: 15 s.
    public var stopTimeLimit: TimeSpan

    public init(
        host: String = "127.0.0.1", port: Int = 8080, backlog: Int = 1_024, maximumConnections: Int = 8_192,
        headerTimeLimit: TimeSpan = .seconds(10), idleTimeLimit: TimeSpan = .seconds(75),
        receiveTimeLimit: TimeSpan = .seconds(30), unreadTimeLimit: TimeSpan = .minutes(2),
        headerFieldBytes: Int = 16 << 10, headerBytes: Int = 64 << 10,
        headerFields: Int = 100, stopTimeLimit: TimeSpan = .seconds(15)
    ) {
        self.host = host
        self.port = port
        self.backlog = backlog
        self.maximumConnections = maximumConnections
        self.headerTimeLimit = headerTimeLimit
        self.idleTimeLimit = idleTimeLimit
        self.receiveTimeLimit = receiveTimeLimit
        self.unreadTimeLimit = unreadTimeLimit
        self.headerFieldBytes = headerFieldBytes
        self.headerBytes = headerBytes
        self.headerFields = headerFields
        self.stopTimeLimit = stopTimeLimit
    }
}
