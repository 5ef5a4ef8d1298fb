import RegistryCatalog
import RegistryModel

/// Faults that are built in on purpose, at the seams around the catalogue: each has to be caught by the checker of the promise that it
/// breaks, or that checker is not good enough.
enum PlantedFault: String, CaseIterable, Sendable {
    // The store.
    case acknowledgesBeforeDurable
    case restartForgetsTheLastCommit
    case revisionsGoBackAfterRestart
    case restartLoadsNoInstances
    case dropsTheRecordOfAChange
    case restartLoadsNoTombstones
    case dropsTombstones
    case forgetsTombstonesEarly
    case purgesASuspect
    case relabelsSuspects
    case tellsConflictInAnOutage
    case restartLoadsNoOverrides
    case restartLoadsOverridesWithoutEnd
    case overridesAreStoredWithoutEnd
    case registeringAgainDropsOverrides
    // The clock.
    case expiresByWallTime
    case hidesPauses
    case ticksTooSlowly
    // What those who ask are told.
    case dropsTheFirstEventAfterResume
    case splitsARevisionOverTwoIDs
    case tellsAnEventTwice
    case gapWithoutSnapshot
    case doesNotWakeWatchers
    case readsAreStale
    case readsIgnoreOverrides
    case ignoresTheIncarnation
    case commandsIgnoreTheIncarnation
    case renewsWithoutDoingIt
    case renewsWhatIsExpiring
    case hidesAnOutage
    case writesHang

    /// The promise that it breaks.
    var promise: Promise {
        switch self {
        case .acknowledgesBeforeDurable, .restartForgetsTheLastCommit: .durable
        case .revisionsGoBackAfterRestart: .forward
        case .dropsTheFirstEventAfterResume, .splitsARevisionOverTwoIDs, .tellsAnEventTwice, .gapWithoutSnapshot,
            .doesNotWakeWatchers:
            .watch
        case .expiresByWallTime, .hidesPauses, .renewsWithoutDoingIt, .renewsWhatIsExpiring: .notEarly
        case .ticksTooSlowly: .notLate
        case .readsAreStale: .ownWrites
        case .restartLoadsNoInstances, .dropsTheRecordOfAChange, .purgesASuspect, .relabelsSuspects: .causes
        case .restartLoadsNoOverrides, .restartLoadsOverridesWithoutEnd, .overridesAreStoredWithoutEnd,
            .registeringAgainDropsOverrides, .readsIgnoreOverrides:
            .overrides
        case .ignoresTheIncarnation, .commandsIgnoreTheIncarnation, .restartLoadsNoTombstones, .dropsTombstones,
            .forgetsTombstonesEarly:
            .incarnations
        case .tellsConflictInAnOutage, .hidesAnOutage, .writesHang: .outages
        }
    }

    /// What the finding that is waited for speaks of, where others of the same promise are easier to come by.
    var sign: String {
        switch self {
        case .tellsConflictInAnOutage: "expired"
        case .splitsARevisionOverTwoIDs: "delta"
        case .gapWithoutSnapshot: "followed the gap"
        case .ignoresTheIncarnation: "let through"
        case .commandsIgnoreTheIncarnation: "caused"
        case .restartLoadsNoTombstones: "leaves"
        case .dropsTombstones: "remembers none"
        case .forgetsTombstonesEarly: "forgets"
        case .renewsWhatIsExpiring: "meanwhile"
        case .purgesASuspect: "while it is suspect"
        case .relabelsSuspects: "without being heard"
        case .restartLoadsNoOverrides: "after a restart"
        case .restartLoadsOverridesWithoutEnd: "has run out"
        case .overridesAreStoredWithoutEnd: "without its end"
        case .registeringAgainDropsOverrides: "ends without a reason"
        case .readsIgnoreOverrides: "a reader"
        default: ""
        }
    }

    /// Whether a finding is the one that shows it.
    func isShown(by violation: Violation) -> Bool {
        violation.promise == self.promise && (self.sign.isEmpty || violation.text.contains(self.sign))
    }

    /// The clock that the catalogue is given in place of the world's; nil for that itself.
    func clock(_ clock: SimulationClock) -> (any RegistryClock)? {
        switch self {
        case .expiresByWallTime: WallClock(world: clock)
        case .hidesPauses: CreepingClock(world: clock)
        case .ticksTooSlowly: SlowClock(world: clock)
        default: nil
        }
    }

    /// What stands between those who ask and the catalogue; nil for nothing.
    func subject(_ catalog: Catalog, _ clock: SimulationClock) -> (any Subject)? {
        switch self {
        case .dropsTheFirstEventAfterResume, .splitsARevisionOverTwoIDs, .tellsAnEventTwice, .gapWithoutSnapshot:
            MisleadingWatch(catalog: catalog, fault: self)
        case .doesNotWakeWatchers: DeafWatch(catalog: catalog, clock: clock)
        case .readsAreStale: StaleReads(catalog: catalog)
        case .readsIgnoreOverrides: BlindReads(catalog: catalog)
        case .ignoresTheIncarnation: NoFence(catalog: catalog)
        case .commandsIgnoreTheIncarnation: NoFenceForCommands(catalog: catalog)
        case .renewsWithoutDoingIt: EmptyRenewals(catalog: catalog)
        case .renewsWhatIsExpiring: HastyRenewals(catalog: catalog)
        case .hidesAnOutage: NoAge(catalog: catalog)
        case .writesHang: HangingWrites(catalog: catalog, clock: clock)
        default: nil
        }
    }
}
