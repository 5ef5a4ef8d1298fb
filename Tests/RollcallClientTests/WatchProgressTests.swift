import RegistryJSON
import RegistryModel
import Testing

@testable import RollcallClient

struct WatchProgressTests {
    private static let service = ServiceKey(name: "a")
    private static let other = ServiceKey(name: "b")

    private func progress() -> WatchProgress {
        WatchProgress(from: nil, backoff: Backoff(first: .milliseconds(500), longest: .seconds(15)))
    }

    private func snapshot(_ key: ServiceKey, _ revision: Int64) -> WatchEventDocument {
        .snapshot(key, revision: Revision(revision), .absent(key))
    }

    private func change(_ key: ServiceKey, _ revision: Int64) -> WatchEventDocument {
        .change(key, revision: Revision(revision), changes: [], instances: [], removed: [])
    }

    @Test func resumesFromTheLastID() {
        var progress = self.progress()
        #expect(progress.lastEventID == nil)
        progress.reached("7")
        #expect(progress.lastEventID == "7")
        #expect(WatchProgress(from: Revision(3), backoff: Backoff(first: .zero, longest: .zero)).lastEventID == "3")
    }

    @Test func whatComesAgainAfterACutWithinACommitIsNoNews() {
        var progress = self.progress()
        progress.reached("7")
        #expect(progress.isNews(self.change(Self.service, 8)) == true)
        // Cut here, before the second service's event with the id; resumed from 7.
        #expect(progress.isNews(self.change(Self.service, 8)) == false)
        #expect(progress.isNews(self.change(Self.other, 8)) == true)
        progress.reached("8")
        #expect(progress.isNews(self.change(Self.service, 9)) == true)
    }

    @Test func aSnapshotThatComesAgainIsNoNewsButANewerOneIs() {
        var progress = self.progress()
        #expect(progress.isNews(self.snapshot(Self.service, 5)) == true)
        #expect(progress.isNews(self.snapshot(Self.service, 5)) == false)
        #expect(progress.isNews(self.snapshot(Self.service, 6)) == true)
        #expect(progress.isNews(self.snapshot(Self.service, 2)) == true, "of a registry that counts anew")
    }

    @Test func aGapIsAlwaysToldAndSoIsTheSnapshotAfterIt() {
        var progress = self.progress()
        #expect(progress.isNews(self.change(Self.service, 8)) == true)
        #expect(progress.isNews(.gap(Self.service, from: Revision(3), to: Revision(8))) == true)
        #expect(progress.isNews(self.snapshot(Self.service, 8)) == true)
    }

    // MARK: Another registry

    @Test func anotherRegistryBeginsTheWatchAnewAndOwesAGap() {
        var progress = self.progress()
        progress.follow("r-1")
        #expect(progress.isNews(self.drain(Self.service, 7)) == true)
        progress.reached("7")
        #expect(progress.isNews(self.change(Self.service, 8)) == true)
        progress.follow("r-1")
        progress.follow(nil)
        #expect(progress.lastEventID == "7", "it is the same one")
        #expect(progress.isNews(self.change(Self.service, 8)) == false)
        progress.follow("r-2")
        #expect(progress.lastEventID == nil)
        #expect(progress.takeLost() == Revision(7))
        #expect(progress.takeLost() == nil, "once")
        #expect(progress.isNews(self.snapshot(Self.service, 8)) == true, "8 of another one")
        progress.reached("8")
        #expect(progress.takeConfirmation() == nil, "nobody waits there for what was drained here")
    }

    @Test func theFirstRegistryIsNoOther() {
        var progress = WatchProgress(from: Revision(3), backoff: Backoff(first: .zero, longest: .zero))
        progress.follow("r-1")
        #expect(progress.lastEventID == "3")
        #expect(progress.takeLost() == nil)
    }

    @Test func whoWasToldNothingMissesNothing() {
        var progress = self.progress()
        progress.follow("r-1")
        progress.follow("r-2")
        #expect(progress.takeLost() == nil)
        #expect(progress.isNews(self.snapshot(Self.service, 1)) == true)
        progress.follow("r-3")
        #expect(progress.takeLost() == .zero, "it was told a part of the first snapshots")
    }

    private func drain(_ key: ServiceKey, _ revision: Int64) -> WatchEventDocument {
        let record = HistoryRecord(
            revision: Revision(revision), time: .epoch, service: key, instance: "x", cause: "drain", actor: "a")
        return .change(key, revision: Revision(revision), changes: [record], instances: [], removed: ["x"])
    }

    @Test func aDrainIsConfirmedOnceItsCommitIsTold() {
        var progress = self.progress()
        #expect(progress.isNews(self.change(Self.service, 7)) == true)
        progress.reached("7")
        #expect(progress.takeConfirmation() == nil, "nobody waits for other changes")
        #expect(progress.isNews(self.drain(Self.service, 8)) == true)
        #expect(progress.takeConfirmation() == nil, "the rest of the commit is still to come")
        #expect(progress.isNews(self.change(Self.other, 8)) == true)
        progress.reached("8")
        #expect(progress.takeConfirmation() == Revision(8))
        #expect(progress.takeConfirmation() == nil, "once")
    }

    @Test func aDrainThatIsToldTwiceAroundACutIsConfirmed() {
        var progress = self.progress()
        #expect(progress.isNews(self.drain(Self.service, 8)) == true)
        _ = progress.interrupted(asked: nil, chance: 0)
        #expect(progress.isNews(self.drain(Self.service, 8)) == false)
        progress.reached("8")
        #expect(progress.takeConfirmation() == Revision(8))
    }

    @Test func snapshotsAreConfirmedWhereTheyStandForChanges() {
        var progress = self.progress()
        #expect(progress.isNews(self.snapshot(Self.service, 5)) == true)
        progress.reached("5")
        #expect(progress.takeConfirmation() == nil, "the first ones stand for nothing")
        #expect(progress.isNews(.gap(Self.service, from: Revision(5), to: Revision(9))) == true)
        #expect(progress.isNews(self.snapshot(Self.service, 9)) == true)
        progress.reached("9")
        #expect(progress.takeConfirmation() == Revision(9))
        #expect(progress.isNews(self.snapshot(Self.service, 11)) == true)
        progress.reached("11")
        #expect(progress.takeConfirmation() == nil)
        _ = progress.interrupted(asked: nil, chance: 0)
        #expect(progress.isNews(self.snapshot(Self.service, 12)) == true)
        progress.reached("12")
        #expect(progress.takeConfirmation() == Revision(12), "a connection that began anew")
    }

    @Test func waitsLongerEachTimeUntilSomethingComes() {
        var progress = self.progress()
        #expect(progress.interrupted(asked: nil, chance: 1) == .milliseconds(500))
        #expect(progress.interrupted(asked: nil, chance: 1) == .seconds(1))
        progress.isAlive()
        #expect(progress.interrupted(asked: nil, chance: 1) == .milliseconds(500))
    }

    @Test func waitsAsLongAsTheServerAskedWithinTheBound() {
        var progress = self.progress()
        progress.asked(toWait: .seconds(4))
        #expect(progress.interrupted(asked: nil, chance: 1) == .seconds(4))
        #expect(progress.interrupted(asked: nil, chance: 1) == .seconds(1), "asked once")
        progress.asked(toWait: .seconds(400))
        #expect(progress.interrupted(asked: nil, chance: 0) == .seconds(15))
        #expect(progress.interrupted(asked: .seconds(9), chance: 0) == .seconds(9))
    }
}
