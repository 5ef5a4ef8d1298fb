import RegistryModel

/// All checks that the registry makes of one instance, and what they say together.
struct InstanceChecks: Sendable {
    struct Entry: Sendable {
        let prepared: PreparedCheck
        /// Tells its place in the schedule from those that it had before.
        var ticket: UInt64
        var state: CheckState
    }

    /// What they come to: the worst counts, and one that is not known yet leaves the matter open.
    enum Verdict: Sendable, Hashable {
        case passing
        case failing(name: String, detail: String)
        case open
    }

    var instance: ProbedInstance
    var entries: [Entry]
    /// Probes that are on their way, those of checks that have been replaced meanwhile included.
    var running = 0
    /// A finding of it is on its way to a commit.
    var isCommitting = false

    var verdict: Verdict {
        if let failing = self.entries.first(where: { $0.state.status == .down }) {
            return .failing(name: failing.prepared.check.name, detail: failing.state.detail)
        }
        return self.entries.allSatisfy { $0.state.status == .up } ? .passing : .open
    }

    /// What has to be committed; nil while what is committed is what the checks say.
    var finding: Finding? {
        let instance = self.instance
        switch self.verdict {
        case .open: return nil
        case .failing(let name, let detail):
            guard !instance.faults.contains(.probe) else { return nil }
            return Finding(
                key: instance.key, number: instance.number, error: Self.sentence("Check \(name) fails", detail),
                detail: Self.sentence("check \(name) failed", detail))
        case .passing:
            let isSettled = instance.faults.isDisjoint(with: [.probe, .unchecked]) && !self.endsStarting
            guard !isSettled else { return nil }
            return Finding(key: instance.key, number: instance.number, error: nil, detail: self.passingDetail)
        }
    }

    /// Its owner waits for its checks to pass.
    private var endsStarting: Bool { self.instance.status == .starting && !self.entries.isEmpty }

    private var passingDetail: String {
        switch self.entries.count {
        case 0: "no check is made of it any more"
        case 1: "check \(self.entries[0].prepared.check.name) passed"
        default: "\(self.entries.count) checks passed"
        }
    }

    /// A name and what was said, in a sentence that a health record has room for.
    private static func sentence(_ what: String, _ detail: String) -> String {
        let room = Limits.errorBytes.upperBound - what.utf8.count - 2
        guard !detail.isEmpty, room > 0 else { return "\(what)." }
        var detail = detail[...]
        while detail.utf8.count > room { detail = detail.dropLast() }
        return "\(what): \(detail)"
    }

    var reports: [CheckReport] {
        self.entries.map { entry in
            let state = entry.state
            return CheckReport(
                name: entry.prepared.check.name, kind: entry.prepared.check.kind, status: state.status,
                since: state.since,
                lastCheck: state.lastCheck, detail: state.detail, successes: state.successes,
                failures: state.failures)
        }
    }
}
