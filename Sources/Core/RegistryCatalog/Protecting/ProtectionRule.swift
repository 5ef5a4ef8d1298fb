import RegistryModel

/// When the registry doubts what it sees of a service, and until when.
///
/// It begins when at least three instances, and more than are still well, fell within their window: more than half of those that were
/// well before. It goes on while more are affected than well. What fell earlier, or was given up when a doubt ended, counts for neither, so
/// one instance that comes and goes does not begin and end it again and again. After Eureka's self-preservation, for each service by itself.
struct ProtectionRule: Sendable, Hashable {
    /// Services with fewer that count are never protected by themselves.
    static let fewest = 3
    /// What is decided about a service already.
    enum Phase: Sendable, Hashable {
        case calm
        case active
        /// An operator lifted it.
        case lifted

        init(_ protection: Protection?) {
            self = protection.map { $0.isLifted ? .lifted : .active } ?? .calm
        }
    }

    enum Step: Sendable, Hashable {
        case none
        case begin
        case end
        /// The service has recovered since it was lifted: from now on it may begin again.
        case forget
    }

    let settings: CatalogSettings

    /// - Parameters:
    ///   - recent: how many of the fallen did so within their window; asked for only if it matters.
    ///   - isWide: the registry doubts what it sees of everything, so one that falls is enough.
    ///   - mayBegin: something has just fallen.
    func step(
        _ tally: ProtectionTally, in phase: Phase, isWide: Bool, mayBegin: Bool, recent: () -> Int
    ) -> Step {
        let (well, fallen, suspect) = (Int(tally.well), Int(tally.fallen), Int(tally.suspect))
        guard self.settings.protects else { return phase == .calm ? .none : .end }
        switch phase {
        case .calm:
            guard mayBegin, fallen > 0 else { return .none }
            if isWide { return recent() > 0 ? .begin : .none }
            guard fallen >= Self.fewest, fallen > well else { return .none }
            let recent = recent()
            return recent >= Self.fewest && recent > well ? .begin : .none
        case .active:
            if isWide, suspect > 0 { return .none }
            if suspect > well, suspect + well >= Self.fewest { return .none }
            // Of a very large service some that fell with the others may still be without the flag.
            let affected = fallen > 0 && suspect + fallen > well ? suspect + recent() : suspect
            return affected > well && affected + well >= Self.fewest ? .none : .end
        case .lifted:
            return fallen + suspect <= well || fallen + suspect == 0 ? .forget : .none
        }
    }

    /// Whether an instance fell within its window. Both ways, as the wall clock may be set meanwhile.
    func isRecent(_ instance: Instance, at time: Timestamp) -> Bool {
        guard instance.standing == .fallen, instance.health.cause != .endProtection else { return false }
        return abs(time.since(instance.health.since).milliseconds) <= self.window(of: instance.spec).milliseconds
    }

    /// The time within which an instance that was cut off would be DOWN at the latest: its ttl, or what its slowest check needs to fail, and
    /// then at least `registry.ttl`.
    func window(of spec: InstanceSpec) -> TimeSpan {
        let obligation = Obligation(of: spec, settings: self.settings)
        var window = TimeSpan.zero
        if case .heartbeat(let ttl) = obligation.kind { window = ttl }
        // Whoever takes over half-way finds the rest later, by what two nodes before it are given.
        let precedence = self.settings.isShared ? 2 * CatalogSettings.precedence.milliseconds : 0
        return TimeSpan(milliseconds: self.window(of: spec, obligation, window).milliseconds + precedence)
    }

    private func window(of spec: InstanceSpec, _ obligation: Obligation, _ window: TimeSpan) -> TimeSpan {
        guard obligation.isProbed else { return window }
        let checks = spec.checks(defaultingTo: self.settings.defaultCheck).lazy.filter(\.isProbe)
        let slowest = checks.map { self.timeToFail($0) }.max() ?? .zero
        return max(window, self.settings.ttl, slowest)
    }

    private func timeToFail(_ check: HealthCheck) -> TimeSpan {
        let interval = check.interval ?? self.settings.checkInterval
        let failures = Int64(check.probe.failuresBeforeDown ?? self.settings.checkRetries)
        let timeout = check.probe.timeout ?? min(self.settings.checkTimeout, interval)
        return TimeSpan(milliseconds: interval.milliseconds * failures + timeout.milliseconds)
    }
}
