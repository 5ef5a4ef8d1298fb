public import RegistryModel

/// How a ``RollcallClient`` finds its server and how patient it is.
public struct RollcallClientConfiguration: Sendable {
    /// Where the server listens; `http://127.0.0.1:8080`.
    public var address: ServerAddress
    /// Further nodes of the same registry. When the node that is asked cannot be reached, is silent or turns a request away, the next one is
    /// asked at once, and from then on; after the last comes the first. None.
    public var alternatives: [ServerAddress]
    /// Shown to the server as a bearer token; none.
    public var token: AccessToken?
    /// The namespace of every name that is given without one; `default`.
    public var namespace: String
    /// How this client names itself (`Rollcall-Client`): the actor in the history, the subscriber of a drain. Nil: its address.
    public var clientName: String?
    /// For one attempt, from the first byte sent to the last one received; 10 s. A blocking read has its `wait` on top.
    public var requestTimeout: Duration
    /// For making a connection; 3 s.
    public var connectTimeout: Duration
    /// A watch on which nothing comes for so long, not even a comment, is taken for dead and resumed; 45 s, three comments.
    public var watchIdleTimeout: Duration
    /// When a failed request is sent again.
    public var retries: RetryPolicy
    /// Connections for requests, kept open between them; 64. Further requests wait. Watches have their own.
    public var connections: Int
    /// Bytes of the largest answer, and of the largest event of a watch, that are taken in; 64 MiB.
    public var largestAnswer: Int

    public init(
        address: ServerAddress = .local, alternatives: [ServerAddress] = [], token: AccessToken? = nil,
        namespace: String = ServiceKey.defaultNamespace,
        clientName: String? = nil, requestTimeout: Duration = .seconds(10), connectTimeout: Duration = .seconds(3),
        watchIdleTimeout: Duration = .seconds(45), retries: RetryPolicy = RetryPolicy(), connections: Int = 64,
        largestAnswer: Int = 64 << 20
    ) {
        self.address = address
        self.alternatives = alternatives
        self.token = token
        self.namespace = namespace
        self.clientName = clientName
        self.requestTimeout = requestTimeout
        self.connectTimeout = connectTimeout
        self.watchIdleTimeout = watchIdleTimeout
        self.retries = retries
        self.connections = connections
        self.largestAnswer = largestAnswer
    }

    /// Reads `ROLLCALL_ADDRESS`, which may name several nodes with commas between them, and `ROLLCALL_TOKEN`; what is absent or empty keeps its default.
    /// - Throws: ``RollcallClientError/Code/badConfiguration``, naming the variable.
    public init(environment: [String: String]) throws(RollcallClientError) {
        self.init()
        if let text = environment["ROLLCALL_ADDRESS"], !text.isEmpty {
            let addresses = try Self.naming("ROLLCALL_ADDRESS") { () throws(RollcallClientError) in
                try ServerAddress.list(text)
            }
            self.use(addresses)
        }
        if let text = environment["ROLLCALL_TOKEN"], !text.isEmpty {
            self.token = try Self.naming("ROLLCALL_TOKEN") { () throws(RollcallClientError) in try AccessToken(text) }
        }
    }

    /// Takes one or several addresses with commas between them: the nodes of one registry, in the order in which they are asked.
    /// - Throws: ``RollcallClientError/Code/badConfiguration`` for the first that is none.
    public mutating func use(addresses text: String) throws(RollcallClientError) {
        self.use(try ServerAddress.list(text))
    }

    private mutating func use(_ addresses: [ServerAddress]) {
        guard let first = addresses.first else { return }
        self.address = first
        self.alternatives = Array(addresses.dropFirst())
    }

    private static func naming<Value>(
        _ variable: String, _ read: () throws(RollcallClientError) -> Value
    ) throws(RollcallClientError) -> Value {
        do {
            return try read()
        } catch {
            throw RollcallClientError(error.code, "\(variable) cannot be used: \(error.message)")
        }
    }
}
