import RollcallClient

/// A client for each node, that asks once and says what came of it.
struct NodeClients: Sendable {
    let clients: [RollcallClient]
    let addresses: [String]

    var count: Int { self.clients.count }
    subscript(node: Int) -> RollcallClient { self.clients[node % self.clients.count] }

    /// Runs `body` with a client for each node, which end with it.
    static func with(_ cluster: LiveCluster, _ body: (NodeClients) async throws -> Void) async throws {
        let clients = try cluster.nodes.map { RollcallClient(try .once($0)) }
        let result: Result<Void, any Error>
        do {
            try await body(NodeClients(clients: clients, addresses: cluster.nodes.map(\.address)))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for client in clients { await client.shutdown() }
        try result.get()
    }
}

extension RollcallClientError {
    /// Whether nothing was done: it was refused for good reason, or never sent.
    var isRefusal: Bool {
        switch self.problem?.status {
        case 429: true
        // The answer to a write that has begun may be a 503 as well, and it may be done all the same.
        case 503: false
        case .some: true
        case nil: false
        }
    }
}
