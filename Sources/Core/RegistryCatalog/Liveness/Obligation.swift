import RegistryModel

/// What an instance owes the registry, and how long it is kept once it is DOWN. Derived from what its owner said.
///
/// | given | kind |
/// |---|---|
/// | `ttl`, or a check of type `ttl` | heartbeat |
/// | only http, tcp or grpc checks | probe; no heartbeat owed |
/// | neither | heartbeat with `registry.ttl`, or the check named by `health.default_check` |
/// | `"ttl": "never"` | static |
///
/// One that owes heartbeats, or is static, may be probed besides: the worst counts.
struct Obligation: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case heartbeat(every: TimeSpan)
        case probe
        case stationary
    }

    let kind: Kind
    /// Whether the registry makes checks of its own.
    let isProbed: Bool
    /// Nil: kept for ever.
    let deregisterAfter: TimeSpan?

    /// How long a suspect is kept; what ends it gives it another lease.
    private static let indefinitely = TimeSpan.days(10_000)

    init(of spec: InstanceSpec, settings: CatalogSettings) {
        let checks = spec.checks(defaultingTo: settings.defaultCheck)
        let heartbeatCheck = checks.first { $0.kind == .ttl }
        self.isProbed = checks.contains { $0.isProbe }
        switch spec.ttl {
        case .never:
            self.kind = .stationary
        case .after(let ttl):
            // Both: the worst counts, and that is the one that runs out first.
            self.kind = .heartbeat(every: min(ttl, heartbeatCheck?.interval ?? ttl))
        case nil:
            if let check = heartbeatCheck {
                self.kind = .heartbeat(every: check.interval ?? settings.ttl)
            } else {
                self.kind = checks.isEmpty ? .heartbeat(every: settings.ttl) : .probe
            }
        }
        let lifetime: Lifetime =
            switch (spec.deregisterAfter, self.kind) {
            case (let said?, _): said
            case (nil, .heartbeat): settings.heartbeatDeregisterAfter
            case (nil, .probe): settings.probeDeregisterAfter
            case (nil, .stationary): .never
            }
        switch lifetime {
        case .never: self.deregisterAfter = nil
        case .after(let span): self.deregisterAfter = span
        }
    }

    /// What speaks against an instance when it registers: nobody has looked at a probed one yet.
    var initialFaults: HealthFaults { self.isProbed ? .unchecked : [] }

    /// How long its lease lasts from each renewal; nil when it needs none.
    func lease(for health: Health) -> Lease.Terms? {
        guard health.state == .down else {
            guard case .heartbeat(let ttl) = self.kind else { return nil }
            return Lease.Terms(purpose: .expiry, span: ttl, grace: ttl, isRenewable: true)
        }
        if health.isSuspect { return self.removal(of: health, after: Self.indefinitely) }
        return self.deregisterAfter.map { self.removal(of: health, after: $0) }
    }

    private func removal(of health: Health, after keep: TimeSpan) -> Lease.Terms {
        guard case .heartbeat(let ttl) = self.kind else {
            return Lease.Terms(purpose: .removal, span: keep, grace: .zero, isRenewable: false)
        }
        guard !health.faults.contains(.silence) else {
            return Lease.Terms(purpose: .removal, span: keep, grace: ttl, isRenewable: false)
        }
        // It still beats while it is unwell for another reason: only silence counts towards its removal.
        return Lease.Terms(purpose: .removal, span: ttl + keep, grace: ttl, isRenewable: true)
    }
}

extension InstanceSpec {
    /// Its checks; for one that names neither ttl nor check the one that is made by default, if any.
    func checks(defaultingTo kind: HealthCheck.Kind?) -> [HealthCheck] {
        guard let kind, self.ttl == nil, self.checks.isEmpty else { return self.checks }
        return [HealthCheck(name: kind.description, kind: kind)]
    }
}
