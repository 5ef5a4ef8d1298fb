import RollcallClient
import ServerTestKit
import Testing

/// The checkers of the crash test are held against histories that are wrong in one place each.
@Suite("Checkers of writes and revisions")
struct WriteCheckerTests {
    private static let service = ServiceKey(name: "payments")

    private func key(_ id: String) -> InstanceKey { InstanceKey(service: Self.service, id: id) }

    private func write(_ id: String, _ cause: String, _ weight: UInt16?, _ outcome: WriteRecord.Outcome) -> WriteRecord
    {
        WriteRecord(instance: self.key(id), cause: cause, weight: weight, outcome: outcome)
    }

    private func record(_ revision: Int64, _ id: String, _ cause: String) -> HistoryRecord {
        HistoryRecord(
            revision: Revision(revision), time: .epoch, service: Self.service, instance: id, cause: cause, actor: "")
    }

    /// Two instances: `a` was registered and changed, `b` registered and taken off; then one request for each got no answer.
    private var sound: (writes: [WriteRecord], history: [HistoryRecord]) {
        (
            [
                self.write("a", "register", 1, .acknowledged(Revision(1))),
                self.write("a", "update", 2, .acknowledged(Revision(3))),
                self.write("b", "register", 1, .acknowledged(Revision(2))),
                self.write("b", "deregister", nil, .acknowledgedBy(Revision(6))),
                self.write("b", "update", 2, .notFound), self.write("a", "update", 3, .unknown),
            ],
            [
                self.record(1, "a", "register"), self.record(2, "b", "register"), self.record(3, "a", "update"),
                self.record(4, "b", "deregister"),
            ]
        )
    }

    private func violations(
        _ a: RollEntry, _ b: RollEntry = .absent, _ writes: [WriteRecord]? = nil, _ history: [HistoryRecord]? = nil
    ) -> [String] {
        var checker = WriteChecker()
        for write in writes ?? self.sound.writes { checker.take(write) }
        checker.find(a, of: self.key("a"))
        checker.find(b, of: self.key("b"))
        checker.compare(history ?? self.sound.history)
        return checker.violations
    }

    private let told = RollEntry(weight: 2, revision: Revision(3))

    @Test("What may be is taken: the open write done, or not")
    func soundHistories() {
        #expect(self.violations(self.told).isEmpty)
        let done = self.violations(
            RollEntry(weight: 3, revision: Revision(5)), .absent, nil,
            self.sound.history + [self.record(5, "a", "update")])
        #expect(done.isEmpty)
    }

    @Test("Noticed: an acknowledged write is lost")
    func lostWrites() {
        #expect(!self.violations(RollEntry(weight: 1, revision: Revision(1))).isEmpty)
        #expect(!self.violations(.absent).isEmpty)
        #expect(!self.violations(RollEntry(weight: 2, revision: Revision(2))).isEmpty)
        #expect(!self.violations(self.told, RollEntry(weight: 1, revision: Revision(2))).isEmpty, "it is back")
        for index in self.sound.history.indices {
            var history = self.sound.history
            history.remove(at: index)
            #expect(!self.violations(self.told, .absent, nil, history).isEmpty, "without record \(index)")
        }
    }

    @Test("Noticed: something that nobody asked for")
    func inventions() {
        #expect(!self.violations(RollEntry(weight: 9, revision: Revision(5))).isEmpty)
        #expect(
            !self.violations(self.told, .absent, nil, self.sound.history + [self.record(5, "b", "register")]).isEmpty)
        #expect(
            !self.violations(
                self.told, .absent, nil,
                self.sound.history + [self.record(3, "a", "update")]
                    + [self.record(3, "a", "update")]
            ).isEmpty, "recorded twice")
        var history = self.sound.history
        history[2].cause = "register"
        #expect(!self.violations(self.told, .absent, nil, history).isEmpty, "another cause")
    }

    @Test("Noticed: an answer that cannot be")
    func impossibleAnswers() {
        for extra in [
            self.write("a", "update", 4, .acknowledged(Revision(3))),
            self.write("b", "update", 4, .acknowledged(Revision(7))),
            self.write("a", "update", 4, .notFound),
        ] {
            var checker = WriteChecker()
            for write in self.sound.writes.dropLast() + [extra] { checker.take(write) }
            #expect(checker.violations.count == 1, "\(extra)")
        }
    }

    @Test("Noticed: a revision that goes back, for one observer or over a restart, also of a service without instances")
    func revisions() {
        var checker = RevisionChecker()
        checker.observe(Self.service, at: Revision(7), by: "a")
        checker.observe(Self.service, at: Revision(5), by: "b")
        checker.observe(Self.service, at: Revision(7), by: "a")
        #expect(checker.violations.isEmpty, "two observers need not agree meanwhile")
        checker.observe(Self.service, at: Revision(6), by: "a")
        #expect(checker.violations.count == 1)
        checker.restart()
        checker.observe(Self.service, at: Revision(6), by: "c")
        #expect(checker.violations.count == 2)
        checker.observe(Self.service, at: .zero, by: "d")
        #expect(checker.violations.count == 3, "it begins anew")
        checker.observe(Self.service, at: Revision(7), by: "e")
        #expect(checker.violations.count == 3)
    }
}
