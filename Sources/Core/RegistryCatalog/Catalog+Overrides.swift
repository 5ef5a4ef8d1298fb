public import RegistryModel

/// An operator's decision, and what it is about.
public struct DecidedOverride: Sendable, Hashable {
    public var key: OverrideKey
    public var override: Override

    public init(key: OverrideKey, override: Override) {
        self.key = key
        self.override = override
    }
}

extension Catalog {
    /// What an operator decided on an instance or a service; nil when nothing.
    public func override(of key: OverrideKey) -> Override? { self.applier.withState { $0.overrides[key] } }

    /// Up to `limit` decisions in the order of what they are about, after `after`; in one namespace or, with nil, in all, and on one
    /// service and its instances or, with nil, on all.
    public func overrides(
        namespace: String?, service: String? = nil, after: OverrideKey?, limit: Int
    ) -> [DecidedOverride] {
        // Sorted outside of the lock: there may be a hundred thousand.
        let all = self.applier.withState { $0.overrides.byKey }
        let keys = all.keys.filter { key in
            if let namespace, key.service.namespace != namespace { return false }
            if let service, key.service.name != service { return false }
            return after.map { key > $0 } ?? true
        }
        return keys.sorted().prefix(limit).compactMap { key in all[key].map { DecidedOverride(key: key, override: $0) }
        }
    }

    /// The other instances of its namespace that are at the same host and port as this one, in the order of their keys; empty when it
    /// is not on the roll.
    public func addressShared(with key: InstanceKey) -> [InstanceKey] {
        self.applier.withState { state in
            guard let spec = state.instance(key)?.instance.spec else { return [] }
            let address = Address(namespace: key.service.namespace, host: spec.host, port: spec.port)
            return state.instances(at: address).filter { $0 != key }
        }
    }
}
