import RegistryCatalog
import RegistryModel

@testable import EtcdBackend

/// Faults of a cluster that are built in on purpose, at the seams between etcd, the store, the node and the catalogue: each has to be
/// caught by the checker of the promise that it breaks.
enum ClusterFault: String, CaseIterable, Sendable {
    case acknowledgesBeforeTheDigest
    case expiresWithoutRangeCompare
    case hidesStandstills
    case ignoresGaps
    case putsWithoutCompare
    case reusesNumbers
    case appliesOwnCommitsFirst
    case forgetsTombstones
    case freshTTLAtEachMember
    case confirmsDrainsForOthers
    case hidesThatEtcdWentBack

    var promise: Promise {
        switch self {
        case .acknowledgesBeforeTheDigest, .expiresWithoutRangeCompare, .hidesStandstills, .ignoresGaps: .notEarly
        case .putsWithoutCompare, .reusesNumbers, .forgetsTombstones: .incarnations
        case .appliesOwnCommitsFirst: .ownWrites
        case .hidesThatEtcdWentBack: .causes
        case .freshTTLAtEachMember: .notLate
        case .confirmsDrainsForOthers: .watch
        }
    }

    /// What the finding that is waited for speaks of.
    var sign: String {
        switch self {
        case .acknowledgesBeforeTheDigest, .expiresWithoutRangeCompare, .ignoresGaps: "is expired"
        case .hidesStandstills: "after a standstill"
        case .reusesNumbers: "number"
        case .confirmsDrainsForOthers: "drain"
        default: ""
        }
    }

    /// Whether a finding is the one that shows it.
    @Sendable func isShown(by violation: Violation) -> Bool {
        violation.promise == self.promise && (self.sign.isEmpty || violation.text.contains(self.sign))
    }

    /// What the store talks to in place of etcd's client; nil for that itself.
    func service(_ link: EtcdLink) -> (any EtcdService)? {
        switch self {
        case .putsWithoutCompare: CarelessService(link: link)
        case .hidesThatEtcdWentBack: ForgivingService(link: link)
        default: nil
        }
    }

    /// What the node and the catalogue have in place of the store; nil for that itself.
    func store(_ store: WitnessedStore) -> (any ClusterStore)? {
        switch self {
        case .expiresWithoutRangeCompare, .reusesNumbers, .appliesOwnCommitsFirst, .forgetsTombstones:
            FaultyClusterStore(store, self)
        default: nil
        }
    }

    /// The catalogue's clock; nil for the machine's.
    func clock(_ clock: MachineClock) -> (any RegistryClock)? {
        self == .hidesStandstills ? CreepingClock(world: clock) : nil
    }

    /// What stands between the catalogue and its node; nil for nothing.
    func link(_ node: any ClusterLink) -> (any ClusterLink)? {
        switch self {
        case .acknowledgesBeforeTheDigest, .hidesStandstills, .ignoresGaps, .freshTTLAtEachMember,
            .confirmsDrainsForOthers:
            FaultyLink(node: node, fault: self)
        default: nil
        }
    }
}
