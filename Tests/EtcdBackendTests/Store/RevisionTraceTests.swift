import Testing

@testable import EtcdBackend

@Suite("To where history may be forgotten")
struct RevisionTraceTests {
    /// One revision a second: revision n at second n.
    private static func trace(seconds: Int64) -> RevisionTrace {
        var trace = RevisionTrace()
        for second in 1...seconds { trace.note(second, at: second * 1_000) }
        return trace
    }

    @Test("To the newest revision that is old enough, when all have applied it")
    func age() {
        let trace = Self.trace(seconds: 1_000)
        #expect(trace.compaction(age: 300_000, applied: nil, patience: 600_000, now: 1_000_000) == 699)
        #expect(trace.compaction(age: 300_000, applied: 800, patience: 600_000, now: 1_000_000) == 699)
        #expect(trace.compaction(age: 1_000_000, applied: nil, patience: 0, now: 1_000_000) == nil)
    }

    @Test("Not beyond what a node has applied, but that holds it up for so long only")
    func lagging() {
        let trace = Self.trace(seconds: 1_000)
        #expect(trace.compaction(age: 300_000, applied: 500, patience: 600_000, now: 1_000_000) == 500)
        #expect(trace.compaction(age: 300_000, applied: 10, patience: 600_000, now: 1_000_000) == 99)
        #expect(trace.compaction(age: 300_000, applied: 0, patience: 900_000, now: 1_000_000) == 0)
    }

    @Test("Many revisions within a second are one mark, which is never taken for older than it is")
    func burst() {
        var trace = RevisionTrace()
        for revision in 1...100 as ClosedRange<Int64> { trace.note(revision, at: 5_000 + revision) }
        #expect(trace.newest(at: 5_500) == nil)
        #expect(trace.newest(at: 6_001) == 100)
    }

    @Test("It forgets what is older than an hour")
    func bound() {
        let trace = Self.trace(seconds: 4_000)
        #expect(trace.newest(at: 300_000) == nil)
        #expect(trace.newest(at: 402_000) == 401)
    }
}
