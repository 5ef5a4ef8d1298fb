import Logging
import RegistryCatalog

/// What follows when the store does not take a digest.
extension ClusterNode {
    /// Tells when it begins, when the reason changes and when it is over.
    ///
    /// - Parameter error: why a digest is not known to be committed; nil: it is.
    func noteWriting(_ error: StoreError?, _ condition: inout Condition<StoreError>) {
        switch condition.change(error) {
        case nil, .began: break
        case .recovered: self.logger?.notice("Digests are written again.")
        case .failed(let error):
            self.logger?.warning(
                "Digests cannot be written; this node expires nobody meanwhile.", metadata: ["error": "\(error)"])
        }
    }
}
