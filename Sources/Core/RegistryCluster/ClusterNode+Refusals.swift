import Logging
import RegistryCatalog
import RegistryModel
import Synchronization

/// What follows when the store does not take a digest.
extension ClusterNode {
    /// Tells when it begins, when the reason changes and when it is over.
    ///
    /// - Parameter error: why a digest is not known to be committed; nil: it is.
    func noteWriting(_ error: StoreError?, _ condition: inout Condition<StoreError>) {
        // A store that gives no answer may have taken it, and may take the next one.
        self.state.withLock { $0.refusal = error?.code == .unavailable ? nil : error }
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
