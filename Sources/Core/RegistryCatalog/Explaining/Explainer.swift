public import RegistryModel

/// Says of each instance of a service at which stage a query lets it go, and why. Pure; it follows ``InstanceFilter`` step by step, and
/// a test holds the two against each other.
public struct Explainer: Sendable {
    private let filter: InstanceFilter
    /// Whether select leaves suspects aside because enough of the others are well.
    private let sparesSuspects: Bool
    /// Whether weight 0 keeps an instance from being selected: another has one.
    private let sparesWeightless: Bool

    /// - Parameter instances: all that the service has.
    public init(_ filter: InstanceFilter, among instances: [InstanceRecord]) {
        self.filter = filter
        let wanted = instances.lazy.map(\.instance).filter { $0.status == .up && filter.mismatch($0.spec) == nil }
        let available = wanted.filter(\.isAvailable)
        let sparesSuspects = 2 * available.count >= wanted.count
        self.sparesSuspects = sparesSuspects
        self.sparesWeightless = wanted.contains {
            $0.weight > 0 && ($0.isAvailable || (!sparesSuspects && $0.isSuspect))
        }
    }

    /// - Parameters:
    ///   - sharers: others on the roll with the same host and port.
    ///   - share: how much of its weight counts now, in percent: less than 100 while it warms up.
    public func explain(
        _ instance: Instance, sharers: [InstanceKey] = [], share: Int = 100
    ) -> InstanceExplanation {
        var notes = self.notes(of: instance, sharers, share)
        if let (stage, reasons) = self.exclusion(of: instance) {
            return InstanceExplanation(
                id: instance.id, isListed: false, isSelectable: false, stage: stage, reason: reasons[0],
                notes: reasons.dropFirst() + notes)
        }
        let spared = self.spared(instance)
        if let spared { notes.insert(spared.reason, at: 0) }
        return InstanceExplanation(
            id: instance.id, isListed: true, isSelectable: spared == nil, stage: spared?.stage ?? .strategy,
            reason: self.inclusion(of: instance), notes: notes)
    }

    // MARK: Out

    private func exclusion(
        of instance: Instance
    ) -> (stage: InstanceExplanation.Stage, reasons: [InstanceExplanation.Reason])? {
        if let mismatch = self.filter.mismatch(instance.spec) {
            return (.filter, [mismatch.reason(for: instance.spec, self.filter)])
        }
        let withheld = self.withholding(instance)
        if let reasons = self.healthReasons(instance) {
            return (.health, reasons + (withheld.map { [$0.reason] } ?? []))
        }
        return withheld.map { ($0.stage, [$0.reason]) }
    }

    /// Why its status keeps it out, whoever decided that; nil when it does not.
    private func withholding(
        _ instance: Instance
    ) -> (stage: InstanceExplanation.Stage, reason: InstanceExplanation.Reason)? {
        guard !self.filter.acceptsStatus(of: instance) else { return nil }
        if let wish = self.filter.status, wish != .up {
            let text = "The query asks for status \(wish); it is \(instance.status)."
            return (.status, .init(.statusNotWanted, text))
        }
        if let status = instance.overrides?.status { return (.override, Self.overridden(instance, status)) }
        return (.status, Self.statusReason(instance))
    }

    /// Why its health keeps it out; nil when it does not. All that speaks against it, what came last first.
    private func healthReasons(_ instance: Instance) -> [InstanceExplanation.Reason]? {
        guard !self.filter.acceptsHealth(of: instance) else { return nil }
        if case .state(let wish) = self.filter.health, wish != .up {
            return [.init(.healthNotWanted, "The query asks for health \(wish); it is \(instance.health.state).")]
        }
        let reasons = Self.faults(of: instance.health, since: instance.health.since)
        return reasons.isEmpty ? [Self.unchecked] : reasons
    }

    private static let unchecked = InstanceExplanation.Reason(
        .notChecked, "None of its checks has passed yet since it registered.")

    /// One reason for each fault, that of the latest change first, in the words that were committed with it.
    private static func faults(of health: Health, since: Timestamp) -> [InstanceExplanation.Reason] {
        let known: [(HealthFaults, Cause, InstanceExplanation.Code, String)] = [
            (.report, .report, .reportedDown, "Its owner reports it DOWN."),
            (.silence, .expire, .heartbeatMissed, "Its heartbeats stayed out."),
            (.probe, .probe, .checkFailing, "A check fails."),
            (.resource, .resource, .resourceShort, "What it reports of its resources is above the thresholds."),
        ]
        let there = known.filter { health.faults.contains($0.0) }
        let latest = there.filter { $0.1 == health.cause }
        return (latest + there.filter { $0.1 != health.cause }).map { fault, cause, code, text in
            let text = cause == health.cause && !health.error.isEmpty ? health.error : text
            return .init(code, cause == health.cause ? "\(text) DOWN since \(since)." : text)
        }
    }

    private static func statusReason(_ instance: Instance) -> InstanceExplanation.Reason {
        switch instance.status {
        case .starting: .init(.starting, "It is STARTING: neither have its checks passed nor has its owner said UP.")
        case .draining: .init(.draining, "It is DRAINING: its owner is about to stop it.")
        case .outOfService: .init(.outOfService, "Its owner has taken it OUT_OF_SERVICE.")
        case .up: .init(.statusNotWanted, "The query asks for another status than UP.")
        }
    }

    private static func overridden(_ instance: Instance, _ status: InstanceStatus) -> InstanceExplanation.Reason {
        let own = instance.overrides?.instance
        let decision = own?.status == nil ? instance.overrides?.service : own
        let target = own?.status == nil ? "the whole service" : "it"
        let words = decision.flatMap { $0.reason.isEmpty ? nil : ": \($0.reason)" } ?? ""
        let end = decision?.expiresAt.map { ", until \($0)" } ?? ""
        return .init(
            .overrideStatus,
            "\(decision?.actor ?? "An operator") has put \(target) to \(status)\(end)\(words). "
                + "Its owner says \(instance.spec.status).")
    }

    // MARK: In

    private func inclusion(of instance: Instance) -> InstanceExplanation.Reason {
        if instance.isAvailable { return .init(.available, "Status and health are UP.") }
        if instance.isSuspect, self.filter.health == nil {
            return .init(
                .suspect,
                "It is DOWN since \(instance.health.since), but with so many others that the registry doubts it: "
                    + instance.health.error)
        }
        return .init(
            .wanted,
            "The query asks for it: status \(instance.status), health \(instance.health.state)"
                + (instance.health.error.isEmpty ? "." : ", \(instance.health.error)"))
    }

    /// Why select does not choose what is listed; nil when it may.
    private func spared(
        _ instance: Instance
    ) -> (stage: InstanceExplanation.Stage, reason: InstanceExplanation.Reason)? {
        guard instance.isAvailable || (instance.isSuspect && !self.sparesSuspects) else {
            if instance.isSuspect {
                let text = "Select does not choose suspects while half of the instances or more are UP."
                return (.health, .init(.suspectSpared, text))
            }
            let stage: InstanceExplanation.Stage = instance.health.state == .up ? .status : .health
            return (stage, .init(.wanted, "Select chooses only among available instances."))
        }
        guard instance.weight == 0, self.sparesWeightless else { return nil }
        return (.weight, .init(.weightZero, "Select does not choose weight 0 while another instance has a weight."))
    }

    // MARK: Besides

    private func notes(
        of instance: Instance, _ sharers: [InstanceKey], _ share: Int
    ) -> [InstanceExplanation.Reason] {
        var notes: [InstanceExplanation.Reason] = []
        if let status = instance.overrides?.status, self.filter.acceptsStatus(of: instance) {
            notes.append(Self.overridden(instance, status))
        }
        if let weight = instance.overrides?.weight {
            let text = "An operator has set its weight to \(weight); its owner says \(instance.spec.weight)."
            notes.append(.init(.overrideWeight, text))
        }
        if share < 100, instance.isAvailable {
            let text = "It warms up: select counts it with \(share) % of its weight."
            notes.append(.init(.warmingUp, text))
        }
        if !sharers.isEmpty {
            let names = sharers.prefix(3).map(\.description).joined(separator: ", ")
            let more = sharers.count > 3 ? " and \(sharers.count - 3) more" : ""
            notes.append(
                .init(.addressShared, "\(instance.spec.address) is also the address of \(names)\(more)."))
        }
        return notes
    }
}
