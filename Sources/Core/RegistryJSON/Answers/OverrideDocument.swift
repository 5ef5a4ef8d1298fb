public import RegistryModel

/// An operator's decision in a list, with what it is about.
public struct OverrideDocument: Sendable, Hashable {
    public var key: OverrideKey
    public var override: Override

    public init(key: OverrideKey, override: Override) {
        self.key = key
        self.override = override
    }
}

/// What an instance's answer says of operators' decisions on it.
struct DecidedFields {
    /// Under `override`: the instance's own, or its service's.
    var own: (scope: String, override: Override)?
    /// Under `service_override`: its service's, when it has one of its own as well.
    var service: (scope: String, override: Override)?
    var registered: (status: InstanceStatus?, weight: UInt16?)?

    /// What the owner said: the status and weight of the answer are those that count.
    func registered(_ spec: InstanceSpec) -> InstanceSpec {
        var spec = spec
        if let status = self.registered?.status { spec.status = status }
        if let weight = self.registered?.weight { spec.weight = weight }
        return spec
    }

    var overrides: AppliedOverrides? {
        guard let own else { return nil }
        return own.scope == Field.service.description
            ? AppliedOverrides(instance: nil, service: own.override)
            : AppliedOverrides(instance: own.override, service: self.service?.override)
    }
}
