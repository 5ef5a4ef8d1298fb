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
    /// No other node is asked when this one fails: it is this one's history that is given up or written back.
    public func settleCluster(
        _ verdict: ClusterVerdict
    ) async throws(RollcallClientError) -> Answer<ClusterDocument> {
        var request = HTTPTransport.Request(method: .POST, target: RequestTarget("v1", "cluster", verdict.rawValue))
        request.isRepeatable = false
        request.staysAtNode = true
        return try await self.perform(request, AnswerBody.cluster)
    }
}
