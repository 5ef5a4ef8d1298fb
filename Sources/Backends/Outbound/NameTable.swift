import NIOCore
import RegistryModel

/// Which names are known, and which are being looked up for whom.
///
/// What a name server said holds for a few seconds, whatever its own figure: many checks of one name ask once, and a change is seen
/// soon. Each name is looked up once at a time, so that look-ups that hang do not pile up.
struct NameTable<Wait: AnyObject> {
    typealias Answer = Result<[IPAddress], LookupFault>

    static var positiveLifetime: TimeAmount { .seconds(5) }
    static var negativeLifetime: TimeAmount { .seconds(1) }

    /// Names that are known, and as many that are being looked up.
    private let mostNames: Int
    private var known: [String: (answer: Answer, expiry: NIODeadline)] = [:]
    private var waiting: [String: [ObjectIdentifier: Wait]] = [:]

    init(mostNames: Int) { self.mostNames = mostNames }

    /// The names that are known, whether or not that still holds.
    var count: Int { self.known.count }

    enum Step {
        case answered(Answer)
        /// Someone looks it up already.
        case joined
        case lookUp
        case full
    }

    mutating func ask(_ name: String, for wait: Wait, at now: NIODeadline) -> Step {
        if let known = self.known[name], known.expiry > now { return .answered(known.answer) }
        let isNew = self.waiting[name] == nil
        if isNew, self.waiting.count >= self.mostNames { return .full }
        self.waiting[name, default: [:]][ObjectIdentifier(wait)] = wait
        return isNew ? .lookUp : .joined
    }

    /// Whether a look-up whose turn has come is still of use to anybody.
    mutating func begins(_ name: String) -> Bool {
        if self.waiting[name]?.isEmpty == false { return true }
        self.waiting[name] = nil
        return false
    }

    mutating func abandon(_ name: String, by wait: Wait) { self.waiting[name]?[ObjectIdentifier(wait)] = nil }

    /// - Returns: who waited for it.
    mutating func learn(_ answer: Answer, of name: String, at now: NIODeadline) -> [Wait] {
        if self.known.count >= self.mostNames { self.known = self.known.filter { $0.value.expiry > now } }
        if self.known.count >= self.mostNames { self.known = [:] }
        let isPositive = (try? answer.get()) != nil
        self.known[name] = (answer, now + (isPositive ? Self.positiveLifetime : Self.negativeLifetime))
        return self.waiting.removeValue(forKey: name).map { Array($0.values) } ?? []
    }

    /// Nothing more is going to be learnt.
    mutating func close() -> [Wait] {
        let waits = self.waiting.values.flatMap(\.values)
        self.waiting = [:]
        return waits
    }
}
