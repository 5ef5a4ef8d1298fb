public import RegistryModel

/// A sign of life of one instance.
public struct Heartbeat: Sendable, Hashable {
    public var key: InstanceKey
    public var incarnation: Int64?

    public init(key: InstanceKey, incarnation: Int64? = nil) {
        self.key = key
        self.incarnation = incarnation
    }
}

/// What became of many heartbeats; the rest was renewed. Indices into the request.
public struct HeartbeatResult: Sendable, Hashable {
    public var renewed: Int
    /// Not on the roll: register again.
    public var unknown: [Int]
    /// Of an incarnation that was replaced: stop.
    public var stale: [Int]
}

/// What one heartbeat did in memory.
public enum Renewal: Sendable, Hashable {
    case renewed
    case unknown
    case stale
    /// The instance is DOWN, about to be, or just changing: the renewal has to go the way of a command.
    case needsCommit
}

extension Catalog {
    /// Takes one heartbeat, in memory alone. Where other nodes have to hear of it, that is not enough: `needsCommit`.
    public func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal {
        guard self.link == nil else { return .needsCommit }
        return self.renew(key, incarnation: incarnation, now: self.liveness.now, wallTime: self.clock.wallTime).renewal
    }

    /// Takes one heartbeat of an instance that was just looked up, as ``renew(_:incarnation:)-(InstanceKey,_)``.
    public func renew(_ record: InstanceRecord, incarnation: Int64?) -> Renewal {
        guard self.link == nil else { return .needsCommit }
        return self.renew(record, incarnation: incarnation, now: self.liveness.now, wallTime: self.clock.wallTime)
    }

    private func renew(
        _ key: InstanceKey, incarnation: Int64?, now: Int64, wallTime: Timestamp
    ) -> (renewal: Renewal, record: InstanceRecord?) {
        guard let record = self.index[key.service]?.instance(key.id) else { return (.unknown, nil) }
        return (self.renew(record, incarnation: incarnation, now: now, wallTime: wallTime), record)
    }

    func renew(_ record: InstanceRecord, incarnation: Int64?, now: Int64, wallTime: Timestamp) -> Renewal {
        if let incarnation {
            guard let stored = record.instance.incarnation, incarnation <= stored else { return .unknown }
            if incarnation < stored { return .stale }
        }
        guard let lease = record.lease else {
            return record.instance.health.faults.contains(.silence) ? .needsCommit : .renewed
        }
        guard lease.renew(now: now) else { return .needsCommit }
        lease.noteBeat(at: wallTime)
        return .renewed
    }

    /// Takes many heartbeats. What has to be committed, or told to other nodes, is before this returns.
    ///
    /// Throws what the store says when that cannot be done; the others are renewed even then.
    public func heartbeat(_ items: [Heartbeat], actor: String) async throws(RegistryError) -> HeartbeatResult {
        let deadline = self.storeDeadline
        var taken = HeartbeatRound(count: items.count)
        self.renew(items.indices, of: items, &taken)
        if self.link != nil, !taken.unknown.isEmpty {
            // Another node may have registered them a moment ago.
            try await self.catchUp(deadline: deadline)
            self.renew(taken.takeUnknown(), of: items, &taken)
        }
        try await self.announce(&taken, of: items, deadline: deadline)
        try await self.commit(taken.committing, of: items, actor: actor, deadline: deadline, &taken)
        return taken.result
    }

    private func renew(_ indices: some Sequence<Int>, of items: [Heartbeat], _ round: inout HeartbeatRound) {
        let now = self.liveness.now
        let wallTime = self.clock.wallTime
        for index in indices {
            let item = items[index]
            let (renewal, record) = self.renew(
                item.key, incarnation: item.incarnation, now: now, wallTime: wallTime)
            round.note(index, renewal, record, tellsOthers: self.link != nil)
        }
    }

    /// Those that were replaced or went before their beats were in the store, which this node learns with their digest, are looked at again.
    private func announce(
        _ round: inout HeartbeatRound, of items: [Heartbeat], deadline: Int64
    ) async throws(RegistryError) {
        for _ in 0..<Self.announcements {
            let beats = round.takeBeats()
            guard !beats.isEmpty else { return }
            try await self.announce(beats.map(\.number), deadline: deadline)
            let outdated = beats.filter { self.index.refusal(ofBeat: $0.number, of: items[$0.index].key) != nil }
            self.renew(outdated.map(\.index), of: items, &round)
        }
        guard round.takeBeats().isEmpty else { throw .replacedMeanwhile }
    }

    /// Of one instance that is replaced again and again.
    private static let announcements = 2

    private func commit(
        _ committing: [Int], of items: [Heartbeat], actor: String, deadline: Int64, _ round: inout HeartbeatRound
    ) async throws(RegistryError) {
        guard !committing.isEmpty else { return }
        let commands = committing.map {
            Command.renew(items[$0].key, status: nil, incarnation: items[$0].incarnation)
        }
        for (index, outcome) in zip(committing, await self.perform(commands, actor: actor, deadline: deadline)) {
            switch outcome {
            case .success: round.note(index, .renewed)
            case .failure(let error) where error.isUnknown: round.note(index, .unknown)
            case .failure(let error) where error.code == .staleIncarnation: round.note(index, .stale)
            case .failure(let error): throw error
            }
        }
    }

    /// Takes what an instance says of itself; a plain renewal, or one that changes its health, resources and load.
    public func report(
        _ key: InstanceKey, _ report: HealthReport, actor: String
    ) async throws(RegistryError) -> CommandResult {
        let fields = report.validate()
        if !fields.isEmpty { throw .invalid(fields) }
        if let record = self.index[key.service]?.instance(key.id) {
            try Self.checkName(report.check, of: record.instance)
        }
        let result = try await self.commitIfNeeded(key, report, actor: actor)
        guard report.hasObservations, let number = result.instance?.instance.number,
            let judgement = self.note(report, of: key, number: number)
        else { return result }
        return try await self.perform(.observe(key, number: number, judgement), actor: Change.registryActor)
    }

    private func commitIfNeeded(
        _ key: InstanceKey, _ report: HealthReport, actor: String
    ) async throws(RegistryError) -> CommandResult {
        let deadline = self.storeDeadline
        if self.link != nil, self.index[key.service]?.instance(key.id) == nil {
            try await self.catchUp(deadline: deadline)
        }
        if let snapshot = self.index[key.service], let record = snapshot.instance(key.id),
            Self.isAlready(report.status, record.instance)
        {
            let now = self.liveness.now
            switch self.renew(record, incarnation: report.incarnation, now: now, wallTime: self.clock.wallTime) {
            case .renewed:
                try await self.announce([record.instance.number], deadline: deadline)
                if self.link != nil, let error = self.index.refusal(ofBeat: record.instance.number, of: key) {
                    throw error
                }
                if try await self.isStill(report.status, record.instance, key, deadline: deadline) {
                    return CommandResult(revision: snapshot.revision, instance: record)
                }
            case .unknown where self.link == nil: throw .unknownInstance(key)
            // With other nodes, one that has just been registered elsewhere is decided on behind the barrier.
            case .unknown, .stale, .needsCommit: break
            }
        }
        let renewal = Command.renew(key, status: report.status, incarnation: report.incarnation)
        return try await self.perform(renewal, actor: actor, deadline: deadline)
    }

    /// Whether what a report says of an instance is so for all nodes: another one may have been told otherwise. Those whose beats went with one
    /// digest ask for that together.
    private func isStill(
        _ status: HealthState?, _ instance: Instance, _ key: InstanceKey, deadline: Int64
    ) async throws(RegistryError) -> Bool {
        guard self.link != nil, status != nil else { return true }
        try await self.catchUp(deadline: deadline)
        guard let now = self.index[key.service]?.instance(key.id)?.instance else { return false }
        return now.number == instance.number && Self.isAlready(status, now)
    }

    /// Whether a report says nothing about the instance that is not so already.
    private static func isAlready(_ status: HealthState?, _ instance: Instance) -> Bool {
        let faults = instance.health.faults
        return switch status {
        case nil: true
        case .up: faults.isDisjoint(with: [.silence, .report]) && instance.spec.status != .starting
        case .down: faults.contains(.report)
        case .unknown: false
        }
    }

    private static func checkName(_ name: String, of instance: Instance) throws(RegistryError) {
        guard !name.isEmpty, !instance.spec.checks.contains(where: { $0.kind == .ttl && $0.name == name }) else {
            return
        }
        throw .invalid([
            FieldError(
                field: "check",
                message: "is \"\(FieldCheck.excerpt(name))\"; the instance has no check of type ttl with this name")
        ])
    }
}
