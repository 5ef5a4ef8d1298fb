import RegistryCatalog

extension StoreError {
    /// What an error of etcd means for the store.
    init(_ error: EtcdError, mayBeDone: Bool) {
        let plain = StoreError(error)
        self.init(plain.code, plain.message, mayBeDone: mayBeDone)
    }

    /// What an error of etcd means for the store, where nothing was to be done or nothing was.
    init(_ error: EtcdError) {
        switch error.code {
        case .noSpace:
            self.init(
                .full,
                "etcd has used up its quota; compact and defragment it or raise --quota-backend-bytes, then run etcdctl alarm disarm"
            )
        case .permissionDenied:
            self.init(.readOnly, "etcd's user lacks a right: \(error.message); grant it readwrite on the prefix")
        case .unauthenticated, .tokenExpired:
            self.init(.unavailable, "etcd refuses the user: \(error.message); check etcd.username and etcd.password")
        case .corrupt:
            self.init(.damaged, "etcd takes its data for damaged: \(error.message); restore a snapshot of it")
        case .invalidTLS: self.init(.unavailable, error.message)
        case .tooLarge:
            self.init(
                .unavailable,
                "etcd takes only smaller transactions: \(error.message); raise --max-txn-ops and --max-request-bytes to their defaults"
            )
        default: self.init(.unavailable, "etcd cannot be reached or does not answer: \(error.message)")
        }
    }

    static let closed = StoreError(.unavailable, "the store is closed")
    static let notOpen = StoreError(.unavailable, "the store has not been opened; load it first")
}

extension EtcdError {
    /// Found by an answer; soon after, the watch says it better.
    static let wentBack = EtcdError(
        .unavailable, "etcd holds less than it did: was it restored from a snapshot?", mayTakeEffect: true)
}
