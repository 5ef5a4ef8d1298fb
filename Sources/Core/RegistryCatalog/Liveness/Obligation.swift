import RegistryModel

/// What an instance owes the registry, and how long it is kept once it is DOWN. Derived from what its owner said.
///
/// | given | kind |
/// |---|---|
/// | `ttl`, or a check of type `ttl` | heartbeat |
/// | only http, tcp or grpc checks | probe; no heartbeat owed |
/// | neither | heartbeat with `registry.ttl` |
/// | `"ttl": "never"` | static |
struct Obligation: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case heartbeat(every: TimeSpan)
        case probe
        case stationary
    }

    let kind: Kind
    /// Nil: kept for ever.
    let deregisterAfter: TimeSpan?

    init(of spec: InstanceSpec, settings: CatalogSettings) {
        let heartbeatCheck = spec.checks.first { $0.kind == .ttl }
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
                self.kind = spec.checks.isEmpty ? .heartbeat(every: settings.ttl) : .probe
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

    /// An instance's health when it registers: nobody has looked at a probed one yet.
    var initialHealth: HealthState { self.kind == .probe ? .unknown : .up }

    /// How long its lease lasts from each renewal; nil when it needs none.
    func lease(for health: Health) -> Lease.Terms? {
        switch (self.kind, health.state) {
        case (.heartbeat(let ttl), .up), (.heartbeat(let ttl), .unknown):
            return Lease.Terms(purpose: .expiry, span: ttl, grace: ttl, isRenewable: true)
        case (.probe, .up), (.probe, .unknown), (.stationary, .up), (.stationary, .unknown):
            return nil
        case (_, .down):
            return self.deregisterAfter.map { self.removal(of: health, after: $0) }
        }
    }

    private func removal(of health: Health, after keep: TimeSpan) -> Lease.Terms {
        guard case .heartbeat(let ttl) = self.kind else {
            return Lease.Terms(purpose: .removal, span: keep, grace: .zero, isRenewable: false)
        }
        guard health.cause == .report else {
            return Lease.Terms(purpose: .removal, span: keep, grace: ttl, isRenewable: false)
        }
        // It still beats while it says that it is unwell: only silence counts towards its removal.
        return Lease.Terms(purpose: .removal, span: ttl + keep, grace: ttl, isRenewable: true)
    }
}
