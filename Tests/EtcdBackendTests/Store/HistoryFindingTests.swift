import RegistryCatalog
import Testing

@testable import EtcdBackend

@Suite("Which history an etcd holds")
struct HistoryFindingTests {
    private static func meta(
        id: String = "r", timeline: UInt32 = 3, level: UInt32 = 1, reseeding: UInt64 = 0, givenUp: [String] = []
    ) -> StoredMetaRecord {
        var meta = StoredMetaRecord()
        meta.registryID = id
        meta.timeline = timeline
        meta.level = level
        meta.reseeding = reseeding
        meta.givenUp = givenUp
        return meta
    }

    @Test(
        "By what says which registry it is, and whether what was seen last is there",
        arguments: [
            (meta(), true, .own), (meta(), false, .other(.anotherHistory)),
            (nil, true, .other(.anotherHistory)), (meta(id: "s"), true, .other(.anotherHistory)),
            (meta(id: "s", timeline: 4), true, .other(.anotherHistory)),
            (meta(id: "s", timeline: 4, givenUp: ["q", "r"]), false, .settled(Timeline(number: 4))),
            (meta(id: "s", timeline: 3, givenUp: ["r"]), true, .other(.anotherHistory)),
            (meta(id: "s", timeline: 4, reseeding: 9, givenUp: ["r"]), true, .other(.beingReseeded)),
            (meta(id: "s", timeline: 4, givenUp: ["q"]), true, .other(.anotherHistory)),
            (meta(timeline: 2), true, .other(.anotherHistory)),
            (meta(timeline: 4), false, .settled(Timeline(number: 4))),
            (meta(timeline: 4, reseeding: 9), true, .other(.beingReseeded)),
            (meta(timeline: 1 << 13), true, .other(.anotherHistory)),
            (meta(level: 3), true, .other(.newerLevel(3, 2))), (meta(level: 2), true, .own),
        ] as [(StoredMetaRecord?, Bool, HistoryFinding)])
    func finding(_ meta: StoredMetaRecord?, _ isComplete: Bool, _ expected: HistoryFinding) {
        let finding = HistoryFinding(
            meta, registryID: "r", timeline: Timeline(number: 3), schema: 2, isComplete: isComplete)
        #expect(finding == expected)
    }

    @Test("Whoever may not write is told what to run")
    func sentence() {
        for error in [StoreError.anotherHistory, .beingReseeded] {
            #expect(error.code == .readOnly)
            #expect(error.message.contains("rollcall cluster reseed"))
        }
        #expect(StoreError.anotherHistory.message.contains("rollcall cluster adopt"))
    }
}
