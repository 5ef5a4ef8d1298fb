import Crypto
import RegistryModel

/// The number of one record. Its key and its revision say which of all versions of all records it is; what matters most of an
/// instance is in it besides. Fields that only a later version knows are not, so that nodes of two versions agree.
extension StateHash {
    init(of service: Service) {
        self.init("service", "\(service.key)", [service.number, service.revision.rawValue])
    }

    init(of instance: Instance, _ service: ServiceKey) {
        self.init(
            "instance", "\(service)/\(instance.id)@\(instance.spec.host)",
            [
                instance.number, instance.revision.rawValue, Int64(instance.spec.port), instance.incarnation ?? -1,
                Int64(instance.health.faults.rawValue), instance.health.isSuspect ? 1 : 0,
            ])
    }

    init(of tombstone: Tombstone, _ key: InstanceKey) {
        self.init("tombstone", "\(key)", [tombstone.incarnation, tombstone.revision.rawValue])
    }

    init(of override: Override, _ key: OverrideKey) {
        self.init("override", "\(key)", [override.number, override.revision.rawValue])
    }

    init(of subscription: Subscription) {
        self.init("subscription", subscription.id, [subscription.number, subscription.revision.rawValue])
    }

    private init(_ kind: String, _ name: String, _ figures: [Int64]) {
        var hash = SHA256()
        hash.update(data: Array("\(kind)\n\(name)\n\(figures.map { String($0) }.joined(separator: "\n"))".utf8))
        self = hash.finalize().withUnsafeBytes { bytes in
            StateHash(
                high: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
                low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian)
        }
    }
}
