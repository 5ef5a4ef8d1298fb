import RegistryCatalog
import RegistryModel

/// P1: what was acknowledged is on the disk at that moment, and a new process shows exactly what is on the disk.
struct DurabilityChecker: Checker {
    static let promise = Promise.durable

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .answered(let call, let result):
            guard case .success(let revision?) = result else { return [] }
            if revision > truth.revision {
                return ["call \(call.id) was answered with revision \(revision), the disk is at \(truth.revision)"]
            }
            guard let lost = Self.lost(call, since: min(call.applied, truth.revision), truth) else { return [] }
            // A later command of the same commit may have changed it again.
            if truth.changeCount(of: call.service, call.instance, at: revision) > 1 { return [] }
            return ["call \(call.id), \(lost), was acknowledged at revision \(revision) and is not on the disk"]
        case .loaded(let snapshots, _): return Self.differences(snapshots, truth)
        default: break
        }
        return []
    }

    /// What the call did, if the disk was never so while it ran; nil when it was.
    private static func lost(_ call: Call, since start: Revision, _ truth: Truth) -> String? {
        guard let key = call.instance else {
            let states = truth.states(of: call.service, from: start, to: truth.revision)
            switch call.wish {
            case .command(.deleteService(_, _)):
                return states.contains { $0 == nil } ? nil : "a deletion of \(call.service)"
            case .command(.updateService(_, let patch, _)):
                return states.contains { $0.map { patch.applied(to: $0) == $0 } == true }
                    ? nil : "an update of \(call.service)"
            default: return nil
            }
        }
        let states = truth.states(of: key, from: start, to: truth.revision)
        switch call.wish {
        case .command(.register(let registration)):
            return states.contains { Self.holds(registration, $0) } ? nil : "a registration of \(key)"
        case .command(.update(_, let patch, _)):
            return states.contains { $0.map { patch.applied(to: $0.spec) == $0.spec } == true }
                ? nil : "an update of \(key)"
        case .command(.deregister(_, _)): return states.contains { $0 == nil } ? nil : "a deregistration of \(key)"
        case .report(let state?):
            return states.contains { $0?.health.state == state } ? nil : "a report of \(key) as \(state)"
        default: return nil
        }
    }

    /// Whether an instance is what its registration says. A registration that does not mention the status leaves DRAINING as it is.
    private static func holds(_ registration: Registration, _ instance: Instance?) -> Bool {
        guard var instance else { return false }
        if instance.spec.status == .draining, !registration.statesStatus {
            instance.spec.status = registration.spec.status
        }
        return instance.spec == registration.spec
            && (registration.incarnation == nil || instance.incarnation == registration.incarnation)
    }

    private static func differences(_ snapshots: [ServiceSnapshot], _ truth: Truth) -> [String] {
        var missing = Set(truth.keys.filter { truth.version(of: $0, at: truth.revision)?.service != nil })
        var found: [String] = []
        for snapshot in snapshots {
            missing.remove(snapshot.key)
            if let difference = snapshot.difference(from: truth.version(of: snapshot.key, at: truth.revision)) {
                found.append("after a restart: \(difference)")
            }
        }
        return found + missing.sorted().map { "after a restart \($0) is missing" }
    }
}
