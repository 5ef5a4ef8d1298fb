import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct WideProtectionTests {
    private static func counts(available: Int, suspect: Int = 0) -> StateCounts {
        var counts = StateCounts()
        counts.available = available
        counts.suspect = suspect
        return counts
    }

    @Test func theRingForgetsWhatIsOlderThanTheWindow() {
        var wide = WideProtection(window: .seconds(16))
        wide.note(3, at: 100_000)
        wide.note(4, at: 108_000)
        #expect(wide.recent(at: 108_000) == 7)
        #expect(wide.recent(at: 115_999) == 7)
        #expect(wide.recent(at: 116_000) == 4)
        #expect(wide.recent(at: 124_000) == 0)
        wide.note(1, at: 900_000)
        #expect(wide.recent(at: 900_000) == 1)
        // A clock that goes back changes nothing.
        wide.note(1, at: 800_000)
        #expect(wide.recent(at: 800_000) == 2)
    }

    @Test func itBeginsWithMostOfEverythingInSeveralServices() {
        let cases: [(recent: Int, available: Int, services: Int, begins: Bool)] = [
            (50, 49, 10, true), (50, 50, 10, false), (50, 49, 9, false), (10, 0, 10, true), (9, 0, 10, false),
        ]
        for (recent, available, services, begins) in cases {
            var wide = WideProtection(window: .seconds(16))
            let turn = wide.review(
                Self.counts(available: available), recent: recent, services: { services }, at: Sample.time)
            #expect(turn == (begins ? .began : nil), "\(recent) of \(available) in \(services)")
            #expect(wide.isActive == begins)
        }
    }

    @Test func itLastsWhileThoseThatFellAreFlaggedByAndBy() {
        var wide = WideProtection(window: .seconds(16))
        #expect(wide.review(Self.counts(available: 10), recent: 20, services: { 10 }, at: Sample.time) == .began)
        for suspect in [3, 10, 11, 20] {
            let counts = Self.counts(available: 10, suspect: suspect)
            #expect(wide.review(counts, recent: 20, services: { 10 }, at: Sample.time) == nil, "\(suspect)")
        }
        // Whoever recovers is not among them any more.
        let recovered = Self.counts(available: 20, suspect: 10)
        #expect(wide.review(recovered, recent: 10, services: { 10 }, at: Sample.time) == .ended)
    }

    @Test func itEndsWhenHalfAreWell() {
        var wide = WideProtection(window: .seconds(16))
        #expect(wide.review(Self.counts(available: 2), recent: 20, services: { 10 }, at: Sample.time) == .began)
        #expect(wide.review(Self.counts(available: 9, suspect: 10), recent: 0, services: { 0 }, at: Sample.time) == nil)
        #expect(
            wide.review(Self.counts(available: 10, suspect: 10), recent: 0, services: { 0 }, at: Sample.time) == .ended)
        #expect(!wide.isActive)
    }
}
