import NIOHTTP1
public import RegistryJSON

/// Which history counts, when the store holds another one than the nodes: after it was restored or emptied.
public enum ClusterVerdict: String, Sendable, Hashable, CaseIterable {
    /// The store's; what only the nodes know is lost.
    case adopt
    /// That of the node that is asked, which writes it back; what the store holds instead is lost.
    case reseed
}

extension RollcallClient {
    /// The nodes of the registry and the store that they share, as the node that answers sees them.
    public func cluster() async throws(RollcallClientError) -> Answer<ClusterDocument> {
        try await self.perform(self.get(RequestTarget("v1", "cluster")), AnswerBody.cluster)
    }

    /// Says which history counts. A problem `conflict` when the store holds the one that the nodes follow.
    ///
    /// It is said once, and to no other node when this one fails: it is this one's history that is given up or written back.
    ///
    /// - Parameter node: where ``Answer/address`` of ``cluster()`` says that the node is whose history was looked at; nil: the one that
    ///   is asked at present.
    public func settleCluster(
        _ verdict: ClusterVerdict, at node: ServerAddress? = nil
    ) async throws(RollcallClientError) -> Answer<ClusterDocument> {
        let request = HTTPTransport.Request(method: .POST, target: RequestTarget("v1", "cluster", verdict.rawValue))
        let reply: HTTPTransport.Reply
        do {
            reply = try await self.transport.send(request, onlyTo: node ?? self.transport.current)
        } catch {
            throw error.ofSettling(verdict)
        }
        return try self.answer(reply, AnswerBody.cluster)
    }
}

extension TransportFailure {
    /// What an operator has to know who said which history counts, and was not heard.
    fileprivate func ofSettling(_ verdict: ClusterVerdict) -> RollcallClientError {
        switch self.kind {
        case .notSent:
            RollcallClientError(
                self.error.code, "\(self.error.message) Nothing was settled, and no other node was told.")
        case .unclear, .turnedAway, .final: self.error
        }
    }
}
