import RegistryModel

extension CatalogSettings {
    /// Times to live that are too short for nodes that tell each other of heartbeats. `prefix` is put before each field's name.
    func faults(ofTimesToLiveIn spec: InstanceSpec, prefix: String) -> [FieldError] {
        guard self.isShared else { return [] }
        var faults: [FieldError] = []
        if case .after(let span) = spec.ttl, let fault = Self.fault(in: span) {
            faults.append(FieldError(field: "\(prefix)ttl", message: fault))
        }
        for (index, check) in spec.checks.enumerated() where check.kind == .ttl {
            guard let fault = check.interval.flatMap({ Self.fault(in: $0) }) else { continue }
            faults.append(FieldError(field: "\(prefix)checks[\(index)].interval", message: fault))
        }
        return faults
    }

    private static func fault(in span: TimeSpan) -> String? {
        guard span < Limits.sharedTimeToLive.lowerBound else { return nil }
        return "is \(span); in a cluster it is \(Limits.sharedTimeToLive.lowerBound) to "
            + "\(Limits.sharedTimeToLive.upperBound)"
    }
}
