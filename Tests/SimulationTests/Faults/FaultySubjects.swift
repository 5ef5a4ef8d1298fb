import RegistryCatalog
import RegistryModel
import Synchronization

/// Tells watchers something else than the catalogue does.
struct MisleadingWatch: Subject {
    let catalog: Catalog
    let fault: PlantedFault

    func tell(_ steps: [WatchStep], isResumed: Bool) -> [Told] {
        var told = steps.map { Told($0) }
        switch self.fault {
        case .dropsTheFirstEventAfterResume:
            if isResumed, case .delta = told[0].event { told.removeFirst() }
        case .splitsARevisionOverTwoIDs:
            for index in told.indices { if case .delta = told[index].event { told[index].isResumable = true } }
        case .tellsAnEventTwice:
            if let last = told.last, case .delta = last.event, last.revision.rawValue % 5 == 0 { told.append(last) }
        default:
            for index in told.indices.reversed() {
                guard case .gap = told[index].event, index + 1 < told.count,
                    case .snapshot = told[index + 1].event
                else { continue }
                told.remove(at: index + 1)
            }
        }
        return told
    }
}

/// Now and then does not look before its time is over, whatever happens meanwhile.
struct DeafWatch: Subject {
    let catalog: Catalog
    let clock: SimulationClock

    func next(_ watch: Watch, timeout: TimeSpan) async throws -> [WatchStep]? {
        guard self.clock.monotonicMilliseconds % 3 == 0 else { return try await watch.next(timeout: timeout) }
        try await self.clock.sleep(for: timeout)
        return nil
    }
}

/// Shows every other time what it showed before.
final class StaleReads: Subject {
    let catalog: Catalog
    private let shown = Mutex<[ServiceKey: ServiceSnapshot]>([:])

    init(catalog: Catalog) { self.catalog = catalog }

    func snapshot(of key: ServiceKey) -> ServiceSnapshot? {
        let now = self.catalog.snapshot(of: key)
        return self.shown.withLock { shown in
            if let before = shown.removeValue(forKey: key) { return before }
            shown[key] = now
            return now
        }
    }
}

/// Takes everybody who beats or reports for the present incarnation.
struct NoFence: Subject {
    let catalog: Catalog

    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal { self.catalog.renew(key, incarnation: nil) }

    func report(
        _ key: InstanceKey, _ report: HealthReport, actor: String
    ) async throws(RegistryError) -> CommandResult {
        var report = report
        report.incarnation = nil
        return try await self.catalog.report(key, report, actor: actor)
    }
}

/// Takes everybody who changes something for the present incarnation, or for the last one if the instance is gone.
final class NoFenceForCommands: Subject {
    let catalog: Catalog
    private let highest = Mutex<[InstanceKey: Int64]>([:])

    init(catalog: Catalog) { self.catalog = catalog }

    func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>] {
        await self.catalog.perform(commands.map(self.unfenced), actor: actor)
    }

    private func unfenced(_ command: Command) -> Command {
        switch command {
        case .register(var registration):
            registration.incarnation = registration.incarnation.map { self.raise($0, of: registration.key) }
            return .register(registration)
        case .update(let key, var patch, let ifMatch):
            patch.incarnation = nil
            return .update(key, patch, ifMatch: ifMatch)
        case .deregister(let key, _): return .deregister(key, incarnation: nil)
        default: return command
        }
    }

    private func raise(_ incarnation: Int64, of key: InstanceKey) -> Int64 {
        self.highest.withLock { highest in
            let raised = max(incarnation, highest[key] ?? incarnation)
            highest[key] = raised
            return raised
        }
    }
}

/// Says that an instance is renewed, and forgets about it.
struct EmptyRenewals: Subject {
    let catalog: Catalog

    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal {
        self.catalog.snapshot(of: key.service)?.instance(key.id) == nil ? .unknown : .renewed
    }
}

/// Says that an instance is renewed when its expiry is already on its way.
struct HastyRenewals: Subject {
    let catalog: Catalog

    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal {
        let renewal = self.catalog.renew(key, incarnation: incarnation)
        return renewal == .needsCommit ? .renewed : renewal
    }

    func heartbeat(_ items: [Heartbeat], actor: String) async throws(RegistryError) -> HeartbeatResult {
        var result = try await self.catalog.heartbeat([], actor: actor)
        for (index, item) in items.enumerated() {
            switch self.renew(item.key, incarnation: item.incarnation) {
            case .unknown: result.unknown.append(index)
            case .stale: result.stale.append(index)
            case .renewed, .needsCommit: result.renewed += 1
            }
        }
        return result
    }
}

/// Never says that what it shows is old.
struct NoAge: Subject {
    let catalog: Catalog

    var storeAge: TimeSpan { .zero }
}

/// Keeps those waiting whose write the store could not take.
struct HangingWrites: Subject {
    let catalog: Catalog
    let clock: SimulationClock

    func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>] {
        while true {
            let results = await self.catalog.perform(commands, actor: actor)
            let isAway = results.contains { result in
                if case .failure(let error) = result { error.code == .storeUnavailable } else { false }
            }
            guard isAway, await self.clock.rest(for: .milliseconds(500)) else { return results }
        }
    }
}
