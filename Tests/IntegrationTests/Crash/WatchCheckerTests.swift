import RollcallClient
import ServerTestKit
import Testing

/// The watcher's checker is held against streams that are wrong in one place each.
@Suite("Checker of watches")
struct WatchCheckerTests {
    private typealias Block = Subscriber.Block

    private static let service = ServiceKey(name: "payments")

    private static func instance(_ id: String, _ revision: Int64) -> Instance {
        Instance(
            id: id, spec: InstanceSpec(host: "127.0.0.1", port: 1, weight: UInt16(revision)), number: 0,
            incarnation: nil,
            health: Health(state: .up, cause: .register, since: .epoch), createdAt: .epoch, updatedAt: .epoch,
            revision: Revision(revision))
    }

    private static func record(_ revision: Int64, _ id: String, _ cause: String = "register") -> HistoryRecord {
        HistoryRecord(
            revision: Revision(revision), time: .epoch, service: self.service, instance: id, cause: cause, actor: "",
            health: cause == "register" ? .up : nil)
    }

    private static func snapshot(_ revision: Int64, _ instances: [Instance]) -> Block {
        let service = Service(
            key: self.service, number: 0, createdAt: .epoch, updatedAt: .epoch, revision: Revision(revision))
        let document = ServiceDocument(
            service: service,
            status: ServiceStatus(state: ServiceStatus.active, health: .up, instances: instances.count),
            instances: instances)
        return Block(document: .snapshot(self.service, revision: Revision(revision), document), id: "\(revision)")
    }

    private static func change(_ revision: Int64, _ id: String, removes: Bool = false) -> Block {
        Block(
            document: .change(
                self.service, revision: Revision(revision),
                changes: [self.record(revision, id, removes ? "deregister" : "register")],
                instances: removes ? [] : [self.instance(id, revision)], removed: removes ? [id] : []),
            id: "\(revision)")
    }

    private static func gap(_ from: Int64, _ to: Int64) -> Block {
        Block(document: .gap(self.service, from: Revision(from), to: Revision(to)))
    }

    /// What happened: seven commits, of which the fourth took `b` off again.
    private static let history = [(1, "a"), (2, "b"), (3, "a"), (4, "b"), (5, "c"), (6, "a"), (7, "d")].map {
        Self.record($0.0, $0.1, $0.0 == 4 ? "deregister" : "register")
    }

    private static let found = WatchChecker.View(
        revision: Revision(7),
        instances: [
            "a": RollEntry(Self.instance("a", 6)), "c": RollEntry(Self.instance("c", 5)),
            "d": RollEntry(Self.instance("d", 7)),
        ])

    /// The first stream, from the snapshot at 2 to the change at 4; it is cut, and the second goes on behind a gap.
    private static let first = [
        Self.snapshot(2, [Self.instance("a", 1), Self.instance("b", 2)]), Self.change(3, "a"),
        Self.change(4, "b", removes: true),
    ]
    private static let second = [
        Self.gap(4, 6), Self.snapshot(6, [Self.instance("a", 6), Self.instance("c", 5)]), Self.change(7, "d"),
    ]

    private static func violations(
        _ first: [Block] = first, _ second: [Block] = second, history: [HistoryRecord] = history
    ) -> [String] {
        var checker = WatchChecker()
        for block in first { checker.take(block) }
        checker.cut()
        for block in second { checker.take(block) }
        checker.finish([self.service: self.found], history)
        return checker.violations
    }

    @Test("A sound stream passes, and so does one that is told again what was cut off before its id")
    func sound() {
        #expect(Self.violations().isEmpty)
        var first = Self.first
        first[2].id = nil
        #expect(Self.violations(first, [Self.gap(3, 6)] + Self.second.dropFirst()).isEmpty)
        #expect(Self.violations(first, [Self.first[2]] + Self.second).isEmpty)
    }

    @Test("What there is may be told again at the same revision behind a gap, and only then")
    func toldAgain() {
        let again = [Self.gap(4, 4), Self.snapshot(4, [Self.instance("a", 3)])]
        #expect(Self.violations(Self.first + again).isEmpty)
        #expect(Self.violations(Self.first, again + Self.second).isEmpty)
        #expect(!Self.violations(Self.first + again.dropFirst()).isEmpty)
        #expect(!Self.violations(Self.first + again + [Self.first[2]]).isEmpty)
        #expect(!Self.violations(Self.first + [Self.gap(4, 3), Self.snapshot(3, [Self.instance("a", 3)])]).isEmpty)
    }

    @Test("Noticed: an event that is missing", arguments: [1, 2])
    func dropped(index: Int) {
        var first = Self.first
        first.remove(at: index)
        #expect(!Self.violations(first).isEmpty)
        var second = Self.second
        second.remove(at: index)
        #expect(!Self.violations(Self.first, second).isEmpty)
    }

    @Test("Noticed: an event that comes twice, within a stream or after a resume")
    func repeated() {
        #expect(!Self.violations(Self.first + [Self.first[2]]).isEmpty)
        #expect(!Self.violations(Self.first, [Self.first[2]] + Self.second).isEmpty)
    }

    @Test("Noticed: two events that change places")
    func swapped() {
        var first = Self.first
        first.swapAt(1, 2)
        #expect(!Self.violations(first).isEmpty)
    }

    @Test("Noticed: a gap without a snapshot, a snapshot without a gap, an id between them")
    func gaps() {
        #expect(!Self.violations(Self.first, [Self.gap(4, 6), Self.change(7, "d")]).isEmpty)
        #expect(!Self.violations(Self.first, Array(Self.second.dropFirst())).isEmpty)
        var early = Self.second
        early[0].id = "6"
        early[1].id = "7"
        #expect(!Self.violations(Self.first, early).isEmpty)
    }

    @Test("Noticed: a gap that hides less than it leaves out")
    func narrowGap() {
        #expect(!Self.violations(Self.first, [Self.gap(5, 6)] + Self.second.dropFirst()).isEmpty)
    }

    @Test("Noticed: a snapshot that lacks an instance, or is of an older state")
    func wrongSnapshot() {
        var second = Self.second
        second[1] = Self.snapshot(6, [Self.instance("a", 6)])
        #expect(!Self.violations(Self.first, second).isEmpty)
        second[1] = Self.snapshot(3, [Self.instance("a", 3), Self.instance("b", 2)])
        #expect(!Self.violations(Self.first, second).isEmpty)
    }

    @Test("Noticed: a change that did not happen, and one whose instance is not what is there")
    func inventions() {
        #expect(!Self.violations(Self.first, Self.second + [Self.change(8, "e")]).isEmpty)
        var second = Self.second
        second[2] = Block(
            document: .change(
                Self.service, revision: Revision(7), changes: [Self.record(7, "d")], instances: [], removed: []),
            id: "7")
        #expect(!Self.violations(Self.first, second).isEmpty)
    }

    @Test("What came and went within a commit, or was decided on in absence, is not told, and is noticed where it is")
    func neverThere() {
        let came = self.changed(by: [("b", "register"), ("b", "deregister")], at: 7)
        #expect(Self.violations(history: came).isEmpty)
        let decided = self.changed(by: [("b", "override")], at: 7)
        #expect(Self.violations(history: decided).isEmpty)
        let told = Block(
            document: .change(
                Self.service, revision: Revision(7),
                changes: [Self.record(7, "d"), Self.record(7, "b"), Self.record(7, "b", "deregister")],
                instances: [Self.instance("d", 7)], removed: ["b"]),
            id: "7")
        #expect(!Self.violations(Self.first, Self.second.dropLast() + [told], history: came).isEmpty)
    }

    @Test("Noticed: a decision that is not told though its instance is there after the commit, or before it")
    func decided() {
        #expect(!Self.violations(history: self.changed(by: [("d", "override")], at: 7)).isEmpty)
        let gone = self.changed(by: [("c", "override"), ("c", "deregister")], at: 7)
        #expect(!Self.violations(history: gone).isEmpty)
    }

    @Test("A service may be ahead by commits that concern no view, and by nothing else")
    func ahead() {
        var checker = WatchChecker()
        for block in Self.first { checker.take(block) }
        checker.cut()
        for block in Self.second { checker.take(block) }
        func lacking(_ history: [HistoryRecord], at revision: Int64) -> [ServiceKey] {
            let found = WatchChecker.View(revision: Revision(revision), instances: Self.found.instances)
            let newest = RecordedCommit.newestTold(RecordedCommit.all(history))
            return checker.lacking([Self.service: found], newest: newest)
        }
        #expect(lacking(self.changed(by: [("b", "override")], at: 8), at: 8).isEmpty)
        #expect(lacking(self.changed(by: [("d", "override")], at: 8), at: 8) == [Self.service])
        #expect(lacking(Self.history, at: 6) == [Self.service], "it knows what is not there")
    }

    /// The history, and more of its commits.
    private func changed(by more: [(id: String, cause: String)], at revision: Int64) -> [HistoryRecord] {
        Self.history + more.map { Self.record(revision, $0.id, $0.cause) }
    }
}
