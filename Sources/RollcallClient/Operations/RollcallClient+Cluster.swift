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
    /// How long ``settleCluster(_:at:timeout:)`` waits: a million instances are written back in minutes.
    public static let settlementTimeout: Duration = .seconds(600)

    /// The nodes of the registry and the store that they share, as the node that answers sees them.
    public func cluster() async throws(RollcallClientError) -> Answer<ClusterDocument> {
        try await self.perform(self.get(RequestTarget("v1", "cluster")), AnswerBody.cluster)
    }

    /// Says which history counts. A problem `conflict` when the store holds the one that the nodes follow.
    ///
    /// It is said once, and to no other node when this one fails: it is this one's history that is given up or written back.
    ///
    /// - Parameters:
    ///   - node: where ``Answer/address`` of ``cluster()`` says that the node is whose history was looked at; nil: the one that is
    ///     asked at present.
    ///   - timeout: how long to wait for the end of it. After that it may go on.
    public func settleCluster(
        _ verdict: ClusterVerdict, at node: ServerAddress? = nil, timeout: Duration = RollcallClient.settlementTimeout
    ) async throws(RollcallClientError) -> Answer<ClusterDocument> {
        let request = HTTPTransport.Request(method: .POST, target: RequestTarget("v1", "cluster", verdict.rawValue))
        let reply: HTTPTransport.Reply
        do {
            reply = try await self.transport.send(request, onlyTo: node ?? self.transport.current, atMost: timeout)
        } catch {
            throw error.ofSettling(verdict)
        }
        return try self.answer(reply, AnswerBody.cluster)
    }
}

extension TransportFailure {
    /// What an operator has to know who said which history counts, and got no answer.
    fileprivate func ofSettling(_ verdict: ClusterVerdict) -> RollcallClientError {
        switch self.kind {
        case .notSent:
            RollcallClientError(
                self.error.code, "\(self.error.message) Nothing was settled, and no other node was told.")
        case .unclear:
            RollcallClientError(
                self.error.code,
                "\(self.error.message) No other node was told. The \(verdict.rawValue) may still be running there: look with `rollcall "
                    + "cluster` until nothing is in its way any more" + Self.caution(verdict))
        case .turnedAway, .final: self.error
        }
    }

    private static func caution(_ verdict: ClusterVerdict) -> String {
        switch verdict {
        case .adopt: "."
        case .reseed:
            ", and do not answer it with `rollcall cluster adopt`, which would keep only what is written by then."
        }
    }
}
