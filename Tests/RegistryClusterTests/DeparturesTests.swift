import RegistryCatalog
import RegistryModel
import Testing

@testable import RegistryCluster

struct DeparturesTests {
    @Test func thoseThatWereLostSinceACommit() {
        var departures = Departures()
        #expect(departures.after(.zero).isEmpty)
        departures.note(Made.member(1), Made.digest(1, 4), applied: Revision(5))
        departures.note(Made.member(2), nil, applied: Revision(7))
        #expect(departures.after(Revision(4)).map(\.member.id) == [1, 2])
        #expect(departures.after(Revision(5)).map(\.member.id) == [1, 2])
        #expect(departures.after(Revision(6)).map(\.member.id) == [2])
        #expect(departures.after(Revision(8)).isEmpty)
        #expect(departures.after(.zero).map(\.lastDigest?.sequence) == [4, nil])
    }

    @Test func theLatestAreKept() {
        var departures = Departures()
        for id in 1...UInt64(100) { departures.note(Made.member(id), nil, applied: Revision(Int64(id))) }
        #expect(departures.after(.zero).map(\.member.id) == Array(37...100))
    }
}
