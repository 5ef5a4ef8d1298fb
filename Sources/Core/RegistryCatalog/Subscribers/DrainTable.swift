public import RegistryModel

/// Who has taken over that an instance is about to leave, and who has not.
public struct DrainReport: Sendable, Hashable {
    /// The commit from which on the instance is DRAINING.
    public let revision: Revision
    /// Those that have said so.
    public var confirmed: [Subscriber] = []
    /// Those that were told, and have not said that they have taken it over.
    public var delivered: [Subscriber] = []
    /// Those that were not told yet.
    public var pending: [Subscriber] = []
    /// Those that went away without a word, and are not waited for any more.
    public var gone: [Subscriber] = []
    /// The other nodes of the cluster, each of which answers for those who read there.
    public var nodes: [Node] = []

    /// Another node, and whether those who read there have taken it over.
    public struct Node: Sendable, Hashable {
        public enum Standing: String, Sendable, Hashable, CaseIterable {
            /// It says that they have.
            case informed
            /// It has not said so yet.
            case pending
            /// It was lost meanwhile, so nobody knows.
            case unknown
        }

        public var name: String
        public var standing: Standing

        public init(name: String, standing: Standing) {
            self.name = name
            self.standing = standing
        }
    }

    /// Whether nobody is left who may go on using the instance, as far as is known: of a node that was lost it is not.
    public var isComplete: Bool {
        self.delivered.isEmpty && self.pending.isEmpty && self.nodes.allSatisfy { $0.standing == .informed }
    }
}

/// The drains that wait for subscribers. Pure.
struct DrainTable {
    struct Progress {
        let revision: Revision
        /// The ids of those that have neither confirmed nor gone.
        var awaited: Set<String>
        var confirmed: [Subscriber] = []
        var gone: [Subscriber] = []
    }

    private var progress: [Int: Progress] = [:]
    private var next = 0
    /// Drains that wait for nobody any more, since this was last taken.
    private var settled: [Int] = []
    /// What is waited for beside the drains that are known.
    var hidden = HiddenDrains()

    /// How many of these wait, and for how many subscribers all together.
    var count: Int { self.progress.count }
    private(set) var awaited = 0

    subscript(number: Int) -> Progress? { self.progress[number] }

    mutating func takeSettled() -> [Int] {
        defer { self.settled = [] }
        return self.settled
    }

    /// - Parameter subscribers: those who read the service, and whom it concerns.
    mutating func begin(at revision: Revision, awaiting subscribers: [SubscriberTable.Entry]) -> Int {
        var progress = Progress(revision: revision, awaited: [])
        for entry in subscribers where entry.base.map({ $0 < revision }) ?? true {
            if let confirmed = entry.confirmed, confirmed >= revision {
                progress.confirmed.append(entry.now)
            } else {
                progress.awaited.insert(entry.subscriber.id)
            }
        }
        defer { self.next += 1 }
        self.awaited += progress.awaited.count
        self.progress[self.next] = progress
        return self.next
    }

    mutating func end(_ number: Int) {
        self.awaited -= self.progress.removeValue(forKey: number)?.awaited.count ?? 0
    }

    mutating func confirm(_ subscriber: Subscriber, _ revision: Revision) {
        self.settle(subscriber.id, upTo: revision) { $0.confirmed.append(subscriber) }
    }

    /// It holds nothing that is older than this revision.
    mutating func excuse(_ id: String, upTo revision: Revision) { self.settle(id, upTo: revision) { _ in } }

    mutating func lose(_ subscriber: Subscriber) {
        self.settle(subscriber.id, upTo: nil) { $0.gone.append(subscriber) }
    }

    /// It has come back under another id.
    mutating func replace(_ id: String, by other: String) {
        for number in self.progress.keys where self.progress[number]?.awaited.remove(id) != nil {
            self.progress[number]?.awaited.insert(other)
        }
        self.hidden.replace(id, by: other)
    }

    /// - Parameter revision: nil: of every drain.
    private mutating func settle(_ id: String, upTo revision: Revision?, _ note: (inout Progress) -> Void) {
        self.hidden.settle(id, upTo: revision)
        // Mostly there is none, and every blocking read comes by here.
        guard !self.progress.isEmpty else { return }
        for (number, var progress) in self.progress where progress.awaited.contains(id) {
            if let revision, revision < progress.revision { continue }
            progress.awaited.remove(id)
            self.awaited -= 1
            note(&progress)
            self.progress[number] = progress
            if progress.awaited.isEmpty { self.settled.append(number) }
        }
    }
}
