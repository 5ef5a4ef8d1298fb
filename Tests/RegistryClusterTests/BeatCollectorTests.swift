import RegistryModel
import Synchronization
import Testing

@testable import RegistryCluster

struct BeatCollectorTests {
    private static func entry(_ beats: [Int64], deadline: Int64 = 100) -> BeatCollector.Entry {
        BeatCollector.Entry(beats: beats, deadline: deadline) { _ in }
    }

    @Test func requestsAreTakenInTheirOrderAndWhole() {
        var collector = BeatCollector()
        #expect(collector.isEmpty)
        for first in [Int64(5), 3, 9] { #expect(collector.add(Self.entry([first, first + 1])) == true) }
        #expect(!collector.isEmpty)
        #expect(collector.take().map(\.beats) == [[5, 6], [3, 4], [9, 10]])
        #expect(collector.isEmpty)
        #expect(collector.take().isEmpty)
    }

    @Test func aDigestHasEveryNumberOnceAndAscending() {
        var collector = BeatCollector()
        for beats in [[7, 3], [3], [], [9, 7, 1]] as [[Int64]] { _ = collector.add(Self.entry(beats)) }
        #expect(collector.take().numbers == [1, 3, 7, 9])
        #expect([BeatCollector.Entry]().numbers == [])
    }

    @Test func whatDoesNotFitIntoOneDigestWaitsForTheNext() {
        var collector = BeatCollector()
        let half = Array(1...Int64(BeatCollector.digestLimit / 2))
        for _ in 0..<3 { #expect(collector.add(Self.entry(half)) == true) }
        #expect(collector.take().count == 2)
        #expect(collector.take().count == 1)
        #expect(collector.isEmpty)
    }

    /// One request alone may be more than a digest is meant to have; it must not wait for ever.
    @Test func aRequestThatIsLargerThanADigestIsTakenByItself() {
        var collector = BeatCollector()
        let large = Array(1...Int64(BeatCollector.digestLimit + 1))
        #expect(collector.add(Self.entry(large)) == true)
        #expect(collector.add(Self.entry([1])) == true)
        #expect(collector.take().map(\.beats.count) == [large.count])
        #expect(collector.take().map(\.beats) == [[1]])
    }

    @Test func moreThanMayWaitAreShedAndRoomComesBack() {
        var collector = BeatCollector()
        let many = [Int64](repeating: 1, count: BeatCollector.limit - 1)
        #expect(collector.add(Self.entry(many, deadline: 10)) == true)
        #expect(collector.add(Self.entry([1], deadline: 20)) == true)
        #expect(collector.add(Self.entry([1])) == false)
        #expect(collector.add(Self.entry([])) == true, "one that says nothing takes no room")
        #expect(collector.takeExpired(now: 10).map(\.beats.count) == [many.count])
        #expect(collector.add(Self.entry(many)) == true)
        #expect(collector.add(Self.entry([1])) == false)
        #expect(collector.take().map(\.beats.count) == [1, 0])
        #expect(collector.add(Self.entry([1])) == true, "what was taken does not wait any more")
        #expect(collector.add(Self.entry([1])) == false)
        #expect(collector.takeAll().count == 2)
        #expect(collector.add(Self.entry(many)) == true)
    }

    @Test func thoseWhoseTimeIsOverAreTakenOutAndTheOthersKeepTheirOrder() {
        var collector = BeatCollector()
        for (beat, deadline) in [(1, 30), (2, 10), (3, 20), (4, 31)] as [(Int64, Int64)] {
            _ = collector.add(Self.entry([beat], deadline: deadline))
        }
        #expect(collector.takeExpired(now: 9).isEmpty)
        #expect(collector.takeExpired(now: 20).map(\.beats) == [[2], [3]])
        #expect(collector.takeExpired(now: 20).isEmpty)
        #expect(collector.take().map(\.beats) == [[1], [4]])
    }

    @Test func allAreTakenAtTheEnd() {
        var collector = BeatCollector()
        for beat: Int64 in 1...3 { _ = collector.add(Self.entry([beat])) }
        #expect(collector.takeAll().map(\.beats) == [[1], [2], [3]])
        #expect(collector.isEmpty)
        #expect(collector.takeAll().isEmpty)
    }
}
