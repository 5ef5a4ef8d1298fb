import GRPCCore

/// The token that stands for name and password. It is asked for once by all who need one at the same time, and again when etcd
/// says that it has run out.
actor AccessToken {
    private var token: String?
    private var isRefreshing = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// The token, from `authenticate` if there is none.
    ///
    /// - Parameter expired: one that was refused; a newer one is kept.
    func value(
        insteadOf expired: String?, _ authenticate: () async throws(EtcdError) -> String
    ) async throws(EtcdError) -> String {
        while self.isRefreshing { await withCheckedContinuation { self.waiters.append($0) } }
        if let token, token != expired { return token }
        self.isRefreshing = true
        defer {
            self.isRefreshing = false
            // Each looks again: the first of them may have to ask in its turn.
            for waiter in self.waiters { waiter.resume() }
            self.waiters = []
        }
        self.token = nil
        let fresh = try await authenticate()
        self.token = fresh
        return fresh
    }
}
