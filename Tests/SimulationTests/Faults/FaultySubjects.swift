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

/// Takes everybody for the present incarnation.
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

/// Says that an instance is renewed, and forgets about it.
struct EmptyRenewals: Subject {
    let catalog: Catalog

    func renew(_ key: InstanceKey, incarnation: Int64?) -> Renewal {
        self.catalog.snapshot(of: key.service)?.instance(key.id) == nil ? .unknown : .renewed
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
