public import RollcallClient

/// P3, for one watcher: what it is told is ordered, without duplicates, complete or with an explicit gap, and it can go on
/// from any id. It builds its view from nothing but its events.
public struct WatchChecker: Sendable {
    public struct View: Sendable, Equatable {
        public var revision: Revision
        public var instances: [String: RollEntry]

        public init(revision: Revision = .zero, instances: [String: RollEntry] = [:]) {
            self.revision = revision
            self.instances = instances
        }
    }

    /// What is known for sure at an id, and what a cut takes back to there.
    private struct State: Sendable {
        var views: [ServiceKey: View] = [:]
        /// How often: several changes of one instance may be one commit.
        var told: [Record: Int] = [:]
        /// What a snapshot stands for, by service.
        var covered: [ServiceKey: [ClosedRange<Int64>]] = [:]
        var id: Revision?
    }

    private typealias Record = RecordedCommit.Place

    public private(set) var violations: [String] = []
    public private(set) var coverage = WatchCoverage()
    private var settled = State()
    private var current = State()
    /// Services of which a snapshot must come before the next id; `*` stands for those that are there.
    private var gaps: [ServiceKey: Revision] = [:]
    /// Behind a gap it may be told again what there is at the revision that it has: what it was told of that was not so.
    private var hasGap = false
    private var isFirst = true
    private var phase = Phase.open

    public init() {}

    /// How far the stream is that is being read, and how it began.
    private enum Phase: Sendable {
        case open
        /// By a snapshot, up to the first id; what comes after that has happened since.
        case filling, live
        /// By a change after the id that it goes on from, up to the next id; nobody can tell when what follows happened.
        case resuming, resumed
    }

    /// Where it would go on.
    public var id: Revision? { self.settled.id }
    public var lastID: String? { self.id?.description }
    public var views: [ServiceKey: View] { self.current.views }

    /// The stream has broken, at any byte; what came after the last id counts for nothing.
    public mutating func cut() {
        self.current = self.settled
        self.gaps = [:]
        self.hasGap = false
        self.phase = .open
        // At revision 0 nothing was known: whoever goes on from there begins.
        self.isFirst = self.settled.id == nil || self.settled.id == .zero
    }

    public mutating func take(_ block: Subscriber.Block) {
        switch block.document {
        case .snapshot(let key, let revision, let document): self.takeSnapshot(key, revision, document)
        case .change(let key, let revision, let records, let instances, let removed):
            self.takeChange(key, revision, records)
            for instance in instances {
                self.current.views[key]?.instances[instance.id] = RollEntry(instance)
                if instance.revision > revision { self.report("\(instance.id) is ahead of its change at \(revision)") }
            }
            for id in removed { self.current.views[key]?.instances[id] = nil }
        case .gap(let key, let from, let to):
            if from > to { self.report("a gap of \(key) goes from \(from) to \(to)") }
            self.gaps[key] = from
            self.hasGap = true
            // Of everything, what is not sent again is gone.
            if key.name == "*" { self.current.views = [:] }
        case .synced, nil: break
        }
        if let id = block.id { self.takeID(id) }
    }

    private mutating func takeSnapshot(_ key: ServiceKey, _ revision: Revision, _ document: ServiceDocument) {
        if self.phase != .live { self.phase = .filling }
        let gap = self.gaps.removeValue(forKey: key) ?? self.gaps.first { $0.key.name == "*" }?.value
        if !self.isFirst, gap == nil { self.report("a snapshot of \(key) comes without a gap") }
        if let before = self.settled.views[key]?.revision, before > revision {
            self.report("\(key) goes back from \(before) to \(revision)")
        }
        let from = gap.map { $0.rawValue + 1 } ?? 0
        if from <= revision.rawValue { self.current.covered[key, default: []].append(from...revision.rawValue) }
        let instances = (document.instances ?? []).map { ($0.id, RollEntry($0)) }
        self.current.views[key] = View(revision: revision, instances: Dictionary(instances) { $1 })
    }

    private mutating func takeChange(_ key: ServiceKey, _ revision: Revision, _ records: [HistoryRecord]) {
        if self.phase == .live { self.coverage.live += 1 }
        if self.phase == .open { self.phase = .resuming }
        let last = self.current.views[key]?.revision ?? .zero
        if revision <= last { self.report("\(key) is told of \(revision) after \(last)") }
        self.current.views[key, default: View()].revision = revision
        let before = self.current.told
        for record in records {
            let place = Record(revision: record.revision, instance: InstanceKey(service: key, id: record.instance))
            if record.revision != revision || record.service != key { self.report("\(record) is told at \(revision)") }
            if before[place] != nil { self.report("\(record) is told twice") }
            self.current.told[place, default: 0] += 1
        }
    }

    private mutating func takeID(_ text: String) {
        guard let value = Int64(text) else { return self.report("`\(text)` is no revision") }
        let id = Revision(value)
        // Whoever goes on from revision 0 begins anew, and may be there still.
        if let before = self.settled.id, before > id || before == id && !self.hasGap, before != .zero {
            self.report("the id \(id) comes after \(before)")
        }
        if let open = self.gaps.keys.first(where: { $0.name != "*" }) {
            self.report("\(id) is between a gap of \(open) and its end")
        }
        if let ahead = self.current.views.values.map(\.revision).max(), ahead > id {
            self.report("\(id) is behind \(ahead)")
        }
        switch self.phase {
        case .open, .filling: self.phase = .live
        case .resuming:
            if self.settled.id != nil { self.coverage.resumed += 1 }
            self.phase = .resumed
        case .live, .resumed: break
        }
        self.current.id = id
        self.settled = self.current
        self.gaps = [:]
        self.hasGap = false
        self.isFirst = false
    }

    /// At the end: the view is what discovery shows, and every record was told or covered by a snapshot.
    ///
    /// - Parameters:
    ///   - found: the services that it watches.
    ///   - history: in the order in which it happened.
    ///   - start: of the history that there is; what lies before was given up with an earlier one.
    public mutating func finish(
        _ found: [ServiceKey: View], _ history: [HistoryRecord], since start: Revision = .zero
    ) {
        let known = RecordedCommit.all(history.filter { $0.revision >= start })
        for key in self.lacking(found, newest: RecordedCommit.newestTold(known)) {
            let revision = found[key]?.revision ?? .zero
            self.report("\(key) is at \(revision), and it knows another view, at \(self.views[key]?.revision ?? .zero)")
        }
        for (place, commit) in known where found[place.instance.service] != nil {
            let told = self.current.told[place] ?? 0
            let ranges = self.current.covered[place.instance.service] ?? []
            let isCovered = told == 0 && ranges.contains { $0.contains(place.revision.rawValue) }
            if !isCovered, !commit.allows(told) {
                self.report("it was told of \(place) \(told) times, and what happened was \(commit.causes)")
            }
        }
        for place in self.current.told.keys where place.revision >= start && known[place] == nil {
            self.report("it was told of \(place), which did not happen")
        }
    }

    /// The services of which it does not know what there is: what discovery shows, and the newest that is told of them. A service may be
    /// ahead of that by commits that concern no view.
    public func lacking(_ found: [ServiceKey: View], newest: [ServiceKey: Revision]) -> [ServiceKey] {
        found.keys.filter { key in
            let (own, view) = (self.current.views[key] ?? View(), found[key] ?? View())
            let isInStep = own.revision <= view.revision && own.revision >= newest[key] ?? .zero
            return !isInStep || own.instances != view.instances
        }
    }

    private mutating func report(_ violation: String) { self.violations.append(violation) }
}

extension WatchChecker.View {
    public init(_ answer: DiscoverAnswer) {
        let instances = (answer.services.first?.instances ?? []).map { ($0.id, RollEntry($0)) }
        self.init(revision: answer.revision, instances: Dictionary(uniqueKeysWithValues: instances))
    }
}
