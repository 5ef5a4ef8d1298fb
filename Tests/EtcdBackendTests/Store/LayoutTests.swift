import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("Keys and revisions")
struct LayoutTests {
    private let layout = EtcdLayout(prefix: "/rollcall/")

    @Test("Keys say what lies there")
    func places() {
        for record in RecordTests.samples {
            let place = EtcdLayout.place(of: record.key)
            switch (record, place) {
            case (.service(let key, _, _), .service(let found)): #expect(key == found)
            case (.instance(let key, _, _, _), .instance(let found)), (.tombstone(let key, _, _), .instance(let found)):
                #expect(key == found)
            case (.override(let key, _, _), .override(let found)): #expect(key == found)
            case (.subscription(let id, _, _), .subscription(let found)): #expect(id == found)
            default: Issue.record("\(record.key) is taken for \(place)")
            }
        }
        for name in [
            "", "services", "services/a", "services/a/b/c", "instances/a/b", "members/x", "trail/x",
            "subscriptions/a/b",
        ] {
            #expect(EtcdLayout.place(of: name) == .other, "\(name)")
        }
        #expect(EtcdLayout.place(of: EtcdLayout.member(255)) == .member(255))
        #expect(EtcdLayout.place(of: EtcdLayout.beats(UInt64.max)) == .digest(UInt64.max))
        #expect(EtcdLayout(prefix: "/rollcall///").root == "/rollcall/")
    }

    @Test("The history is outside of what is watched, and everything else within")
    func ranges() {
        let watched = self.layout.watched
        for name in RecordTests.samples.map(\.key) + [
            "meta", "head", "numbers", "members/1", "beats/1", "fences/1", "policies/x",
        ] {
            let key = Data(self.layout.key(name).utf8)
            #expect(
                watched.start.lexicographicallyPrecedes(key) && key.lexicographicallyPrecedes(watched.end), "\(name)")
        }
        let trail = Data(
            self.layout.key("\(TrailKey(time: .epoch, writer: 1, sequence: 1, operation: 0, changes: 1))").utf8)
        #expect(!trail.lexicographicallyPrecedes(watched.end))
    }

    @Test("Revisions of a later timeline are above all of an earlier one, and below 2^53")
    func timelines() {
        let (first, second) = (Timeline(number: 0), Timeline(number: 1))
        #expect(first.revision(0) == .zero)
        #expect(first.revision(1 << 40 - 1) < second.revision(1))
        #expect(second.etcdRevision(second.revision(7)) == 7)
        #expect(second.etcdRevision(first.revision(7)) == nil)
        #expect(first.etcdRevision(second.revision(7)) == nil)
        #expect(Timeline.last.revision(1 << 40 - 1) <= .max)
        #expect(second.etcdRevisions(Revision(1)...Revision(.max))?.lowerBound == 1)
        #expect(second.etcdRevisions(Revision(1)...Revision(.max))?.upperBound == 1 << 40 - 1)
        #expect(second.etcdRevisions(Revision(1)...Revision(5)) == nil)
    }

    @Test("Of the history only that part is looked through whose entries may be of a time or later")
    func since() {
        let layout = EtcdLayout(prefix: "/r")
        func holds(_ time: Int64, since: Int64) -> Bool {
            let name = TrailKey(
                time: Timestamp(milliseconds: time), writer: 0, sequence: 0, operation: 0, changes: 1)
            let key = Data(layout.key("\(name)").utf8)
            let range = layout.history(since: Timestamp(milliseconds: since))
            return !key.lexicographicallyPrecedes(range.start) && key.lexicographicallyPrecedes(range.end)
        }
        for since in [1, 999, 1_790_000_000_000] as [Int64] {
            #expect(!holds(since - 1, since: since))
            for time in [since, since + 1, since * 300] { #expect(holds(time, since: since)) }
        }
        for since in [0, -1] as [Int64] { #expect(holds(0, since: since)) }
        #expect(layout.history(since: nil) == layout.history)
    }

    @Test("The key of an entry of the history is read as it was written, and sorts by time")
    func trailKeys() {
        let key = TrailKey(time: Sample.time, writer: .max, sequence: 12, operation: 124, changes: 3)
        #expect(TrailKey("\(key)") == key)
        let later = TrailKey(
            time: Sample.time.advanced(by: .milliseconds(1)), writer: 0, sequence: 0, operation: 0, changes: 1)
        #expect("\(key)" < "\(later)")
        for text in ["trail/", "trail/1.2.3.4", "services/a/b", "\(key)x", ""] { #expect(TrailKey(text) == nil) }
    }
}
