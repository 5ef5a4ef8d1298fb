import Logging
import RegistryCatalog
import RegistryModel
import Synchronization

/// What follows when the store does not take a digest.
extension ClusterNode {
    /// Tells changes, and answers all who wait once the store refuses: for the same reason it would refuse the next digest as well.
    ///
    /// - Parameter error: why a digest is not known to be committed; nil: it is.
    func noteWriting(_ error: StoreError?, _ condition: inout Condition<StoreError>) {
        let refused = self.state.withLock { $0.noteWriting(error) }
        if let error { for entry in refused { entry.completion(.refused(error)) } }
        switch condition.change(error) {
        case nil, .began: break
        case .recovered: self.logger?.notice("Digests are written again.")
        case .failed(let error):
            self.logger?.warning(
                "Digests cannot be written; this node expires nobody meanwhile.", metadata: ["error": "\(error)"])
        }
    }

    /// A full store takes nobody's digests but still prolongs memberships, so that they outlast it. That it refuses shows that it is
    /// watched: nothing is put without that.
    func mayBelong(now: Int64) -> Bool {
        self.state.withLock { !$0.confirmation.isOverdue(now: now) || $0.refusal?.code == .full }
    }
}

extension ClusterNode.State {
    /// Returns those to whom it is an answer that a digest was refused. The digest itself is still tried: others would miss its number.
    fileprivate mutating func noteWriting(_ error: StoreError?) -> [BeatCollector.Entry] {
        // A store that gives no answer may have taken it, and may take the next one.
        self.refusal = error?.code == .unavailable ? nil : error
        return self.refusal == nil ? [] : self.unconfirmed.takeAll() + self.collector.takeAll()
    }
}

extension RegistryError {
    /// Soon to come back: from when the store takes digests again, an instance has its ttl and no longer.
    private static let soon = TimeSpan.seconds(1)

    fileprivate static func refused(_ error: StoreError) -> Self {
        error.code == .full
            ? RegistryError(
                .storeFull,
                "The store is full and takes no heartbeats. Nothing expires meanwhile; make room, and it goes on by itself.",
                retryAfter: Self.soon)
            : RegistryError(
                .storeUnavailable,
                "The store takes no heartbeats from this node, whose log says why; try another one.",
                retryAfter: Self.soon)
    }
}
