import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct DeltaLogTests {
    private static let cache = EncodedCache(limit: 1_000)

    /// One service's part of a commit; `previous` zero: it came into being.
    private static func delta(_ name: String, _ revision: Int64, previous: Int64, changes: Int = 1) -> ServiceDelta {
        let key = ServiceKey(name: name)
        let applied = CatalogState.Applied(
            key: key, entry: nil, changes: (0..<changes).map { Sample.change("\($0)", service: key) }, transitions: [],
            previousRevision: Revision(previous))
        return ServiceDelta(applied, revision: Revision(revision), encodings: self.cache)
    }

    private static func revisions(_ log: DeltaLog, _ name: String, after revision: Int64) -> [Int64]? {
        log.deltas(of: ServiceKey(name: name), after: Revision(revision))?.map(\.revision.rawValue)
    }

    private static func revisions(_ log: DeltaLog, after revision: Int64) -> [Int64]? {
        log.deltas(after: Revision(revision)) { _ in true }?.map(\.revision.rawValue)
    }

    @Test func aServicesDeltasAfterARevision() {
        var log = DeltaLog(limit: 100, serviceLimit: 10, from: Revision(5))
        log.append(Self.delta("a", 6, previous: 3))
        log.append(Self.delta("b", 7, previous: 0))
        log.append(Self.delta("a", 8, previous: 6))
        #expect(Self.revisions(log, "a", after: 8) == [])
        #expect(Self.revisions(log, "a", after: 7) == [8])
        #expect(Self.revisions(log, "a", after: 5) == [6, 8])
        // Nothing happened to it between 3 and 6, though that was before this process.
        #expect(Self.revisions(log, "a", after: 3) == [6, 8])
        #expect(Self.revisions(log, "a", after: 2) == nil)
        #expect(Self.revisions(log, "none", after: 8) == nil)
    }

    @Test func whatCameIntoBeingMayHaveExistedBeforeTheProcess() {
        var log = DeltaLog(limit: 100, serviceLimit: 10, from: Revision(5))
        log.append(Self.delta("b", 7, previous: 0))
        #expect(Self.revisions(log, "b", after: 5) == [7])
        #expect(Self.revisions(log, "b", after: 4) == nil)
    }

    /// Deleted and created again: the deltas before the deletion belong to it.
    @Test func deletionAndReCreationAreTold() {
        var log = DeltaLog(limit: 100, serviceLimit: 10, from: .zero)
        log.append(Self.delta("a", 1, previous: 0))
        log.append(Self.delta("a", 2, previous: 1))
        log.append(Self.delta("a", 3, previous: 2))
        log.append(Self.delta("a", 4, previous: 0))
        #expect(Self.revisions(log, "a", after: 1) == [2, 3, 4])
        #expect(Self.revisions(log, "a", after: 0) == [1, 2, 3, 4])
    }

    @Test func aServiceOverItsLimitLosesItsOldestAlone() {
        var log = DeltaLog(limit: 100, serviceLimit: 3, from: .zero)
        log.append(Self.delta("quiet", 1, previous: 0))
        for revision in Int64(2)...9 {
            log.append(Self.delta("busy", revision, previous: revision == 2 ? 0 : revision - 1))
        }
        #expect(Self.revisions(log, "quiet", after: 0) == [1])
        #expect(Self.revisions(log, "busy", after: 6) == [7, 8, 9])
        #expect(Self.revisions(log, "busy", after: 5) == nil)
        #expect(Self.revisions(log, after: 6) == [7, 8, 9])
        #expect(Self.revisions(log, after: 5) == nil)
        #expect(log.entries == 4)
    }

    @Test func theWholeIsBounded() {
        var log = DeltaLog(limit: 4, serviceLimit: 3, from: .zero)
        for revision in Int64(1)...10 { log.append(Self.delta("s\(revision)", revision, previous: 0)) }
        #expect(log.entries == 4)
        #expect(log.completeSince == Revision(6))
        #expect(Self.revisions(log, after: 6) == [7, 8, 9, 10])
        #expect(Self.revisions(log, after: 5) == nil)
        #expect(Self.revisions(log, "s6", after: 5) == nil)
        #expect(Self.revisions(log, "s7", after: 6) == [7])
    }

    @Test func changesCountNotCommits() {
        var log = DeltaLog(limit: 100, serviceLimit: 10, from: .zero)
        log.append(Self.delta("a", 1, previous: 0, changes: 8))
        log.append(Self.delta("a", 2, previous: 1, changes: 8))
        #expect(Self.revisions(log, "a", after: 1) == [2])
        #expect(Self.revisions(log, "a", after: 0) == nil)
        #expect(log.entries == 8)
        // One delta is kept even if it is larger than the limit.
        log.append(Self.delta("a", 3, previous: 2, changes: 50))
        #expect(Self.revisions(log, "a", after: 2) == [3])
    }

    /// The empty places behind an old delta of a quiet service are bounded, too.
    @Test func aQuietServiceDoesNotLetTheLogGrow() {
        var log = DeltaLog(limit: 50, serviceLimit: 5, from: .zero)
        log.append(Self.delta("quiet", 1, previous: 0))
        for revision in Int64(2)...2_000 {
            log.append(Self.delta("busy", revision, previous: revision - 1))
            #expect(log.placeCount <= 100)
        }
        #expect(Self.revisions(log, "busy", after: 1_995) == [1_996, 1_997, 1_998, 1_999, 2_000])
    }

    /// Against a plain list of all deltas there ever were: what it returns is exactly right, or it says that it does not know.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func itNeverLeavesSomethingOutInSilence(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var log = DeltaLog(limit: 40, serviceLimit: 12, from: .zero)
        var all: [(name: String, revision: Int64)] = []
        var last: [String: Int64] = [:]
        var answered = 0
        for revision in Int64(1)...1_500 {
            let name = "s\(min(Int.random(in: 0..<8, using: &random), Int.random(in: 0..<8, using: &random)))"
            // Now and then the service was deleted by the commit before, so this one brings it into being.
            let previous = Int.random(in: 0..<10, using: &random) == 0 ? 0 : last[name] ?? 0
            log.append(Self.delta(name, revision, previous: previous, changes: Int.random(in: 1...3, using: &random)))
            all.append((name, revision))
            last[name] = revision
            let after = max(0, revision - Int64.random(in: 0...40, using: &random))
            let asked = "s\(Int.random(in: 0..<8, using: &random))"
            if let found = Self.revisions(log, asked, after: after) {
                answered += 1
                #expect(found == all.filter { $0.name == asked && $0.revision > after }.map(\.revision))
            }
            if let found = Self.revisions(log, after: after) {
                answered += 1
                #expect(found == all.filter { $0.revision > after }.map(\.revision))
            }
        }
        #expect(answered > 1_000)
    }
}
