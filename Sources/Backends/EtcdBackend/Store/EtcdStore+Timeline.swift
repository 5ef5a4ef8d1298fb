public import RegistryCatalog
public import RegistryModel
import Synchronization

extension EtcdStore {
    /// Which history a revision belongs to: 0 until an operator has declared another one to be the right one, and always 0 in a store that
    /// one process has for itself.
    public static func timeline(of revision: Revision) -> Int64 { Timeline(of: revision).number }

    public var obstacle: StoreError? { self.session.withLock { $0.obstacle } }
}
