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
    /// What it says of a write that was asked for.
    enum Outcome {
        /// Nothing was done, or there was nothing to do it to.
        case notFound, notDone
        /// It may be done.
        case unknown
        /// No client that keeps to the rules is refused like that.
        case fault
    }

    var outcome: Outcome {
        // The server's word that nothing was done is held against what is seen later, and nobody took what could not be sent.
        if self.problem?.status == 503, self.message.contains("nothing was changed") { return .notDone }
        if self.code == .unreachable, self.message.contains("refused") { return .notDone }
        return switch self.problem?.status {
        case 404: .notFound
        case 429: .notDone
        // Others changed it at the same time: it was undone right after it was done, or was not done in the end.
        case 409: .unknown
        // It is also the answer to a write that has begun, and which may be done in the end.
        case 503, nil: .unknown
        case .some: .fault
        }
    }
}
