import RollcallClient
import Testing

@testable import rollcall

struct WatchLinesTests {
    private static let service = ServiceKey(name: "web")
    private static let time = Timestamp(milliseconds: 1_767_225_600_000)

    private func instance(_ port: UInt16) -> Instance {
        let spec = InstanceSpec(host: "h", port: port)
        return Instance(
            id: spec.address, spec: spec, number: 0, incarnation: nil,
            health: Health(state: .up, cause: .register, since: Self.time), createdAt: Self.time, updatedAt: Self.time,
            revision: Revision(1))
    }

    private func record(_ revision: Int64, _ instance: String, _ cause: String) -> HistoryRecord {
        HistoryRecord(
            revision: Revision(revision), time: Self.time, service: Self.service, instance: instance, cause: cause,
            actor: "x")
    }

    private func change(
        _ revision: Int64, _ records: [HistoryRecord], _ instances: [Instance] = [], removed: [String] = []
    ) -> WatchEventDocument {
        .change(
            Self.service, revision: Revision(revision), changes: records, instances: instances, removed: removed)
    }

    private func snapshot(_ instances: [Instance]) -> WatchEventDocument {
        var document = ServiceDocument.absent(Self.service)
        document.instances = instances
        return .snapshot(Self.service, revision: Revision(1), document)
    }

    @Test func aSnapshotHasALineForEachInstance() {
        var lines = WatchLines()
        #expect(
            lines.take(self.snapshot([self.instance(1), self.instance(2)])) == """
                2026-01-01T00:00:00.000Z  1  =  default/web  h:1  UP
                2026-01-01T00:00:00.000Z  1  =  default/web  h:2  UP

                """)
        #expect(lines.take(self.snapshot([])) == "-  1  =  default/web  -  no instances\n")
    }

    @Test func whatComesIsNewWhatStaysIsChangedWhatGoesIsGone() {
        var lines = WatchLines()
        _ = lines.take(self.snapshot([self.instance(1)]))
        let steps: [(WatchEventDocument, String)] = [
            (
                self.change(2, [self.record(2, "h:2", "register")], [self.instance(2)]),
                "2  +  default/web  h:2  register"
            ),
            (self.change(3, [self.record(3, "h:1", "update")], [self.instance(1)]), "3  ~  default/web  h:1  update"),
            (self.change(4, [self.record(4, "h:1", "expire")], removed: ["h:1"]), "4  -  default/web  h:1  expire"),
            (self.change(5, [self.record(5, "h:1", "recover")], [self.instance(1)]), "5  +  default/web  h:1  recover"),
            (self.change(6, [self.record(6, "", "update_service")]), "6  ~  default/web  -  update_service"),
        ]
        for (event, line) in steps { #expect(lines.take(event) == "2026-01-01T00:00:00.000Z  \(line)\n") }
    }

    @Test func aChangeOutsideTheViewIsNotShown() {
        var lines = WatchLines()
        _ = lines.take(self.snapshot([]))
        #expect(lines.take(self.change(2, [self.record(2, "h:9", "register")])) == "")
    }

    @Test func oneCommitMayChangeSeveral() {
        var lines = WatchLines()
        let event = self.change(
            2, [self.record(2, "h:1", "register"), self.record(2, "h:2", "register")],
            [self.instance(1), self.instance(2)])
        #expect(lines.take(event).split(separator: "\n").count == 2)
    }

    @Test func aGapIsSaid() {
        var lines = WatchLines()
        #expect(
            lines.take(.gap(Self.service, from: Revision(3), to: Revision(9)))
                == "-  9  !  default/web  -  gap, changes since revision 3 are not known\n")
        #expect(lines.take(.synced(Revision(9))) == "")
    }
}
