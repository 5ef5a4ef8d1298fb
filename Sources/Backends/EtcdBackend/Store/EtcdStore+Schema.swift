public import RegistryCatalog
import Synchronization

extension EtcdStore {
    /// The latest schema of records that this program knows.
    public static var schema: Int { Int(Schema.current) }

    public var obstacle: StoreError? { self.session.withLock { $0.obstacle } }
}
