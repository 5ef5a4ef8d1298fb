import RegistryCatalog
import RegistryModel

/// What the checkers are told of, in the order in which it happens. All of it is seen from outside the catalogue.
enum Event {
    // The store: what is really on the disk.
    case committing(Int, CommitGroup)
    case durable(Int, CommittedBatch)
    /// `failed`: nothing could be written, whatever the catalogue was told.
    case commitEnded(Int, failed: Bool, conflicted: Bool)
    case probed(isWritable: Bool)

    // The node.
    /// A new process has read the store, and shows this.
    case loaded([ServiceSnapshot], applied: Revision)
    case crashed
    /// Nothing ran from then until now.
    case jumped(from: Int64)
    case sampled(storeAge: TimeSpan, wallTime: Timestamp)

    // A node among others.
    /// Something begins that may keep it from what is due; ``paused(from:)``, ``cut(from:)`` or ``stormed(from:)`` may follow at the end.
    case beset
    case relieved
    /// It stood still from then until now, while the others went on.
    case paused(from: Int64)
    /// It could not reach the store, or not hear from it, from then until now.
    case cut(from: Int64)
    /// Its way to the store was rough or slow from then until now.
    case stormed(from: Int64)
    /// It has begun with less than was durable before.
    case loadedLess(than: Revision)
    /// A digest is durable: these instances beat.
    case digest(Digest)
    /// It reads everything anew.
    case reloading
    /// A drain was reported: who is said to have taken it over, and what that one shows.
    case drained(Revision, informed: Int, applied: Revision)
    /// A commit met nothing but conflicts.
    case conflicted(Revision)
    /// What a node shows beside what it showed when etcd was put back; nil: as much, and nothing older.
    case putBack(String?)
    /// So many members there are now.
    case members(Int)
    /// The end of a world: all that a node shows, and what it says of its state.
    case settled(Settlement)

    // Those who ask it.
    case invoked(Call)
    case answered(Call, Result<Revision?, RegistryError>)
    case read(Reading)
    case waited(ServiceKey, after: Revision, sawChange: Bool, applied: Revision)
    case watching(Int, WatchScope, from: Revision?)
    case told(Int, Told)
    /// A watcher was told nothing for a while; the node had applied this before.
    case quiet(Int, applied: Revision)
}

/// One wish of a client, on its way into the catalogue and back.
struct Call {
    enum Wish {
        case command(Command)
        /// A mere heartbeat.
        case renewal
        case report(HealthState?)
    }

    let id: Int
    /// When the catalogue was asked. Monotonic milliseconds.
    let sent: Int64
    /// What the node showed then.
    let applied: Revision
    let wish: Wish
    let service: ServiceKey
    /// Nil when the service itself is meant.
    let instance: InstanceKey?
    let incarnation: Int64?
}

/// A node when nothing disturbs it any more.
struct Settlement {
    let snapshots: [ServiceSnapshot]
    let applied: Revision
    let hash: StateHash?
}

/// What somebody saw of a service.
struct Reading {
    let key: ServiceKey
    let snapshot: ServiceSnapshot?
    /// What the node had applied at that moment.
    let applied: Revision
    /// The revision of the answer that this was read after; zero for any other reading.
    let atLeast: Revision
}

/// What a watcher was told; ``WatchStep`` as the frontends hand it on.
struct Told {
    var event: WatchStep.Event
    var revision: Revision
    var isResumable: Bool

    init(_ step: WatchStep) {
        self.event = step.event
        self.revision = step.revision
        self.isResumable = step.isResumable
    }
}

/// The promises of the registry.
enum Promise: String, CaseIterable, Sendable, Hashable {
    case durable = "P1"
    case forward = "P2"
    case watch = "P3"
    case notEarly = "P4"
    case notLate = "P5"
    case ownWrites = "P6"
    case causes = "P7"
    case overrides = "P8"
    case convergence = "P9"
    case incarnations = "P10"
    case outages = "P11"
}

struct Violation: Sendable {
    let promise: Promise
    let time: Int64
    let text: String
}

/// Watches over one promise.
protocol Checker {
    static var promise: Promise { get }

    /// Looks at one event. Returns what it shows to be broken, in sentences.
    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String]

    /// The same for those to whom it matters at which node something happens; nil: at what all nodes share.
    mutating func check(_ event: Event, from node: Int?, at now: Int64, _ truth: Truth) -> [String]
}

extension Checker {
    mutating func check(_ event: Event, from node: Int?, at now: Int64, _ truth: Truth) -> [String] {
        self.check(event, at: now, truth)
    }
}
