import RegistryModel
import RegistryTestKit

@testable import RegistryCatalog

/// Decider, draft and state without anything around them: every group is committed at once, by a store that never fails.
struct PureCatalog {
    var state = CatalogState()
    var settings = CatalogSettings()
    var time = Sample.time
    private(set) var lastGroup = CommitGroup(time: Sample.time)
    private(set) var lastDecisions: [Decision] = []
    private(set) var renewed: Set<InstanceKey> = []
    private(set) var applied: [CatalogState.Applied] = []

    /// Decides a group, commits it, and returns the results.
    @discardableResult
    mutating func perform(_ commands: Command..., again: Bool = false) -> [Result<Bool, RegistryError>] {
        self.perform(commands, again: again)
    }

    @discardableResult
    mutating func perform(_ commands: [Command], again: Bool = false) -> [Result<Bool, RegistryError>] {
        var decider = Decider(settings: self.settings, time: self.time)
        self.lastDecisions = commands.map { command in
            let earlier = again ? Self.earlierTry(of: command) : nil
            return decider.decide(command, actor: "tester", after: earlier, &self.state)
        }
        self.renewed = decider.renewed
        self.lastGroup = decider.draft.group().group
        self.applied = []
        if !self.lastGroup.writes.isEmpty { self.commit() }
        return self.lastDecisions.map(\.result)
    }

    /// Its own writes were committed, of which its service's record does not tell, and something beside them met a conflict.
    private static func earlierTry(of command: Command) -> EarlierTry {
        var writes = AwaitedWrites.Summary()
        writes.add(.committed(Revision(.max)), .instance)
        writes.add(.committed(Revision(.max)), .other)
        writes.add(.conflict, .other)
        var earlier = EarlierTry()
        earlier.note(writes, of: command, isRefusal: false, isRenewal: false, ghosts: [])
        return earlier
    }

    private mutating func commit() {
        let revision = self.state.revision.next
        let settings = self.settings
        let batch = CommittedBatch(
            revision: revision, time: self.lastGroup.time,
            records: self.lastGroup.writes.map { $0.record.at(revision) },
            changes: self.lastGroup.changes.map { recorded in
                var change = recorded.change
                change.revision = revision
                return change
            })
        self.applied = self.state.apply(batch) { key, instance, _ in
            Obligation(of: instance.spec, settings: settings).lease(for: instance.health).map {
                Lease(key: key, number: instance.number, terms: $0, deadline: 0)
            }
        }
    }

    /// What the last group recorded.
    var causes: [Cause] { self.lastGroup.changes.map(\.change.cause) }

    func instance(_ id: String = "a", in service: String = "payments") -> Instance? {
        self.state.instance(InstanceKey(id, in: service))?.instance
    }

    func service(_ name: String = "payments") -> Service? { self.state.entry(of: ServiceKey(name: name))?.service }

    /// Lets the wheel find an instance overdue.
    func claim(_ id: String = "a") {
        _ = self.state.instance(InstanceKey(id))?.lease?.due(now: .max, floor: 0)
    }

    func claim(_ ids: String...) { for id in ids { self.claim(id) } }

    /// Lets the heartbeats of several stay out, in one group.
    mutating func silence(_ ids: String...) { self.silence(ids) }

    mutating func silence(_ ids: [String]) {
        for id in ids { self.claim(id) }
        self.perform(ids.map { .expire(InstanceKey($0), number: self.instance($0)?.number ?? 0) })
    }
}

extension Command {
    /// A registration with the fields that a test cares about.
    static func register(
        _ id: String = "a", in service: String = "payments", incarnation: Int64? = nil, statesStatus: Bool = false,
        _ change: (inout InstanceSpec) -> Void = { _ in }
    ) -> Command {
        var spec = Sample.spec(ttl: .after(.seconds(10)))
        change(&spec)
        var registration = Sample.registration(service, id: id, spec: spec, incarnation: incarnation)
        registration.statesStatus = statesStatus
        return .register(registration)
    }

    static func patch(
        _ id: String = "a", incarnation: Int64? = nil, ifMatch: Revision? = nil, _ change: (inout InstancePatch) -> Void
    ) -> Command {
        var patch = InstancePatch()
        patch.incarnation = incarnation
        change(&patch)
        return .update(InstanceKey(id), patch, ifMatch: ifMatch)
    }

    static func beat(_ id: String = "a", _ status: HealthState? = nil, incarnation: Int64? = nil) -> Command {
        .renew(InstanceKey(id), status: status, incarnation: incarnation)
    }

    static func leave(_ id: String = "a", incarnation: Int64? = nil) -> Command {
        .deregister(InstanceKey(id), incarnation: incarnation)
    }
}

extension Result where Failure == RegistryError {
    /// Why it was refused; nil when it was not.
    var code: RegistryError.Code? {
        if case .failure(let error) = self { error.code } else { nil }
    }

    var value: Success? { try? self.get() }
}
