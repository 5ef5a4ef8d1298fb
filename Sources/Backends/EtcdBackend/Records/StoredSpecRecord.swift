import RegistryModel

/// The stored form of what an owner says of an instance. `update` writes over what was stored, so that fields of a later version
/// stay where they are.
extension StoredSpecRecord {
    var model: InstanceSpec {
        InstanceSpec(
            host: self.host, port: UInt16(truncatingIfNeeded: self.port), protocol: self.protocol,
            version: self.version,
            status: self.status.model, weight: UInt16(truncatingIfNeeded: self.weight), tags: self.tags,
            metadata: Metadata(self.metadata), locality: Locality(region: self.region, zone: self.zone),
            ports: self.ports.map(\.model), ttl: self.hasTtl ? Lifetime(self.ttl) : nil,
            checks: self.checks.compactMap(\.model),
            deregisterAfter: self.hasDeregisterAfter ? Lifetime(self.deregisterAfter) : nil,
            warmUp: self.hasWarmUp ? TimeSpan(milliseconds: self.warmUp) : nil)
    }

    mutating func update(to spec: InstanceSpec) {
        self.host = spec.host
        self.port = UInt32(spec.port)
        self.protocol = spec.protocol
        self.version = spec.version
        self.status = self.status.updated(to: spec.status)
        self.weight = UInt32(spec.weight)
        self.tags = spec.tags
        self.metadata = spec.metadata.stored(over: self.metadata)
        self.region = spec.locality.region
        self.zone = spec.locality.zone
        if self.ports.map(\.model) != spec.ports { self.ports = spec.ports.map { StoredPortRecord($0, self.ports) } }
        if let ttl = spec.ttl { ttl.store(in: &self.ttl) } else { self.clearTtl() }
        // Also keeps checks of a kind that this version does not know.
        if self.checks.compactMap(\.model) != spec.checks {
            self.checks = spec.checks.map { StoredCheckRecord($0, self.checks) }
        }
        if let lifetime = spec.deregisterAfter {
            lifetime.store(in: &self.deregisterAfter)
        } else {
            self.clearDeregisterAfter()
        }
        if let warmUp = spec.warmUp { self.warmUp = warmUp.milliseconds } else { self.clearWarmUp() }
    }
}

extension StoredPortRecord {
    fileprivate var model: NamedPort { NamedPort(name: self.name, port: UInt16(truncatingIfNeeded: self.port)) }

    /// Over the one of the same name, if there was one.
    fileprivate init(_ port: NamedPort, _ before: [StoredPortRecord]) {
        self = before.first { $0.name == port.name } ?? Self()
        self.name = port.name
        self.port = UInt32(port.port)
    }
}

extension StoredCheckRecord {
    /// Nil for a kind that this version does not know.
    fileprivate var model: HealthCheck? {
        guard let kind = self.kind.known else { return nil }
        return HealthCheck(
            name: self.name, kind: kind, interval: self.hasInterval ? TimeSpan(milliseconds: self.interval) : nil,
            probe: self.hasProbe ? self.probe.model : HealthCheck.Probe())
    }

    /// Over the one of the same name, if there was one.
    fileprivate init(_ check: HealthCheck, _ before: [StoredCheckRecord]) {
        self = before.first { $0.name == check.name } ?? Self()
        self.name = check.name
        self.kind = Kind(check.kind)
        if let interval = check.interval { self.interval = interval.milliseconds } else { self.clearInterval() }
        if check.probe == HealthCheck.Probe() { self.clearProbe() } else { self.probe.update(to: check.probe) }
    }
}

extension StoredProbeRecord {
    fileprivate var model: HealthCheck.Probe {
        HealthCheck.Probe(
            timeout: self.hasTimeout ? TimeSpan(milliseconds: self.timeout) : nil,
            failuresBeforeDown: self.hasFailuresBeforeDown ? Int(self.failuresBeforeDown) : nil,
            successesBeforeUp: self.hasSuccessesBeforeUp ? Int(self.successesBeforeUp) : nil,
            startPeriod: self.hasStartPeriod ? TimeSpan(milliseconds: self.startPeriod) : nil,
            port: UInt16(truncatingIfNeeded: self.port), path: self.path, method: self.method,
            headers: Metadata(self.headers), expectedStatus: self.expectedStatus, bodyContains: self.bodyContains,
            usesTLS: self.usesTls, serverName: self.serverName, service: self.service)
    }

    fileprivate mutating func update(to probe: HealthCheck.Probe) {
        if let timeout = probe.timeout { self.timeout = timeout.milliseconds } else { self.clearTimeout() }
        if let count = probe.failuresBeforeDown {
            self.failuresBeforeDown = UInt32(clamping: count)
        } else {
            self.clearFailuresBeforeDown()
        }
        if let count = probe.successesBeforeUp {
            self.successesBeforeUp = UInt32(clamping: count)
        } else {
            self.clearSuccessesBeforeUp()
        }
        if let period = probe.startPeriod { self.startPeriod = period.milliseconds } else { self.clearStartPeriod() }
        self.port = UInt32(probe.port)
        self.path = probe.path
        self.method = probe.method
        self.headers = probe.headers.stored(over: self.headers)
        self.expectedStatus = probe.expectedStatus
        self.bodyContains = probe.bodyContains
        self.usesTls = probe.usesTLS
        self.serverName = probe.serverName
        self.service = probe.service
    }
}
