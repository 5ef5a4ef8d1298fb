import RegistryCatalog
import RegistryModel

/// One process of the registry as its clients reach it. Everything that is asked and answered is shown to the judge; what a process
/// would answer after its end is lost, and nil here.
final class Registry: Sendable {
    let life = Life()
    let subject: any Subject
    let world: Surroundings
    /// The machine that it runs on; nil: it is the only one.
    let machine: Int?
    let executor: MachineExecutor?

    init(_ subject: any Subject, _ world: Surroundings, machine: Int? = nil, executor: MachineExecutor? = nil) {
        self.subject = subject
        self.world = world
        self.machine = machine
        self.executor = executor
    }

    private func note(_ event: Event) { self.world.judge.note(event, at: self.machine) }

    var isAlive: Bool { !self.life.isOver }

    // MARK: Writing

    func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>]? {
        let calls = commands.map { command in
            self.world.countCommand()
            return self.begin(.command(command), command.service, command.instance, command.incarnation)
        }
        let results = await self.subject.perform(commands, actor: actor)
        guard self.isAlive else { return nil }
        for (call, result) in zip(calls, results) { self.end(call, result.map(\.revision)) }
        return results
    }

    /// A heartbeat, as the frontends take it: in memory if that will do, else as a command.
    func renew(_ key: InstanceKey, incarnation: Int64?, actor: String) async -> RegistryError? {
        self.world.countCommand()
        let call = self.begin(.renewal, key.service, key, incarnation)
        switch self.subject.renew(key, incarnation: incarnation) {
        case .renewed: return self.end(call, .success(nil))
        case .unknown: return self.end(call, .failure(.unknownInstance(key)))
        case .stale: return self.end(call, .failure(.stale))
        case .needsCommit: return await self.report(call, key, HealthReport(incarnation: incarnation), actor: actor)
        }
    }

    func report(
        _ key: InstanceKey, _ state: HealthState?, incarnation: Int64?, actor: String
    ) async -> RegistryError? {
        self.world.countCommand()
        let call = self.begin(.report(state), key.service, key, incarnation)
        let report = HealthReport(status: state, load: LoadReport(requests: Int64(call.id)), incarnation: incarnation)
        return await self.report(call, key, report, actor: actor)
    }

    private func report(
        _ call: Call, _ key: InstanceKey, _ report: HealthReport, actor: String
    ) async -> RegistryError? {
        do {
            let result = try await self.subject.report(key, report, actor: actor)
            guard self.isAlive else { return nil }
            return self.end(call, .success(result.revision))
        } catch {
            guard self.isAlive else { return nil }
            return self.end(call, .failure(error))
        }
    }

    func heartbeat(_ items: [Heartbeat], actor: String) async {
        // Many beats in one request are one command.
        self.world.countCommand()
        let calls = items.map { self.begin(.renewal, $0.key.service, $0.key, $0.incarnation) }
        do {
            let result = try await self.subject.heartbeat(items, actor: actor)
            guard self.isAlive else { return }
            for (index, call) in calls.enumerated() {
                if result.unknown.contains(index) {
                    self.end(call, .failure(.unknownInstance(items[index].key)))
                } else {
                    self.end(call, result.stale.contains(index) ? .failure(.stale) : .success(nil))
                }
            }
        } catch {
            guard self.isAlive else { return }
            for call in calls { self.end(call, .failure(error)) }
        }
    }

    private func begin(
        _ wish: Call.Wish, _ service: ServiceKey, _ instance: InstanceKey?, _ incarnation: Int64?
    ) -> Call {
        let call = Call(
            id: self.world.nextID(), sent: self.world.clock.monotonicMilliseconds, applied: self.appliedRevision,
            wish: wish, service: service,
            instance: instance, incarnation: incarnation)
        if self.isAlive { self.note(.invoked(call)) }
        return call
    }

    /// Shows an answer, and what can be read right after it.
    @discardableResult
    private func end(_ call: Call, _ result: Result<Revision?, RegistryError>) -> RegistryError? {
        guard self.isAlive else { return nil }
        self.note(.answered(call, result))
        switch result {
        case .success(let revision):
            if let revision { self.read(call.service, atLeast: revision) }
            return nil
        case .failure(let error): return error
        }
    }

    // MARK: Reading

    var appliedRevision: Revision { self.subject.catalog.appliedRevision }

    @discardableResult
    func read(_ key: ServiceKey, atLeast revision: Revision = .zero) -> ServiceSnapshot? {
        guard self.isAlive else { return nil }
        let snapshot = self.subject.snapshot(of: key)
        let reading = Reading(
            key: key, snapshot: snapshot, applied: self.subject.catalog.appliedRevision, atLeast: revision)
        self.note(.read(reading))
        return snapshot
    }

    func readAll(_ namespace: String) {
        guard self.isAlive else { return }
        let applied = self.subject.catalog.appliedRevision
        for snapshot in self.subject.catalog.services(namespace: namespace, after: nil, limit: 5) {
            self.note(
                .read(Reading(key: snapshot.key, snapshot: snapshot, applied: applied, atLeast: .zero)))
        }
    }

    /// A blocking read; ends with the process.
    func waitForChange(of key: ServiceKey, after revision: Revision, timeout: TimeSpan) async {
        await self.life.whileItLasts {
            do {
                let catalog = self.subject.catalog
                let sawChange = try await catalog.waitForChange(of: key, after: revision, timeout: timeout)
                guard self.isAlive else { return }
                self.note(
                    .waited(key, after: revision, sawChange: sawChange, applied: catalog.appliedRevision))
            } catch {
                self.world.trace.say("a wait for \(key) was cancelled: \(error)")
            }
        }
    }

    func sample() {
        guard self.isAlive else { return }
        self.note(
            .sampled(storeAge: self.subject.storeAge, wallTime: self.world.clock.wallTime))
    }

    // MARK: Watching

    func watch(_ scope: WatchScope, from revision: Revision?) -> Watch {
        self.subject.catalog.watch(scope, from: revision)
    }

    /// What a watch tells next; nil when it has nothing to tell for a while, or the process is over.
    func next(_ watch: Watch, timeout: TimeSpan, isResumed: Bool) async throws -> [Told]? {
        guard self.isAlive else { throw CancellationError() }
        guard let steps = try await self.subject.next(watch, timeout: timeout) else { return nil }
        return self.subject.tell(steps, isResumed: isResumed)
    }
}

extension RegistryError {
    fileprivate static let stale = RegistryError(.staleIncarnation, "A later incarnation took its place.")
}

extension Command {
    var instance: InstanceKey? { self.instanceID.map { InstanceKey(service: self.service, id: $0) } }

    var incarnation: Int64? {
        switch self {
        case .register(let registration): registration.incarnation
        case .update(_, let patch, _): patch.incarnation
        case .deregister(_, let incarnation), .renew(_, _, let incarnation): incarnation
        default: nil
        }
    }
}
