public import RegistryCatalog
import Synchronization

extension EtcdStore {
    public func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        guard self.session.withLock({ $0.obstacle }) != nil else {
            throw StoreError(.unavailable, "etcd holds this node's own history: there is nothing to settle")
        }
    }
}
