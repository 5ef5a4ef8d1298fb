import Testing

@testable import RegistryCatalog

struct LivenessTimeTests {
    private static func tick(_ time: inout LivenessTime, at monotonic: Int64, away: Bool = false) -> Int64 {
        time.tick(monotonic: monotonic, interval: 50, storeIsAway: away)
    }

    @Test func itFollowsTheMonotonicClock() {
        var time = LivenessTime(monotonic: 1_000)
        for monotonic in stride(from: Int64(1_050), through: 5_000, by: 50) {
            #expect(Self.tick(&time, at: monotonic) == monotonic)
        }
        #expect(time.standstills == 0)
        #expect(time.floor == 1_000)
    }

    @Test func aTickUpToASecondLateCounts() {
        var time = LivenessTime(monotonic: 0)
        #expect(Self.tick(&time, at: 1_050) == 1_050)
        #expect(time.standstills == 0)
    }

    @Test func aTickThatIsLaterStopsIt() {
        var time = LivenessTime(monotonic: 0)
        _ = Self.tick(&time, at: 50)
        #expect(Self.tick(&time, at: 50 + 1_051) == 50)
        #expect(time.standstills == 1)
        #expect(time.floor == 50)
        #expect(time.stoodStill == 1_051)
        #expect(Self.tick(&time, at: 50 + 1_101) == 100)
    }

    @Test func itStandsStillWhileTheStoreIsAwayAndUntilTheTickAfter() {
        var time = LivenessTime(monotonic: 0)
        _ = Self.tick(&time, at: 50)
        #expect(Self.tick(&time, at: 100, away: true) == 50)
        #expect(Self.tick(&time, at: 150, away: true) == 50)
        // It may have come back at any moment since the last tick.
        #expect(Self.tick(&time, at: 200) == 50)
        #expect(Self.tick(&time, at: 250) == 100)
        #expect(time.standstills == 1)
        #expect(time.floor == 50)
    }

    @Test func aClockThatGoesBackIsNotFollowed() {
        var time = LivenessTime(monotonic: 1_000)
        _ = Self.tick(&time, at: 1_050)
        #expect(Self.tick(&time, at: 900) == 1_050)
        #expect(Self.tick(&time, at: 1_100) == 1_100)
    }

    @Test func noTimeBeforeTheNextTickIsAboveTheCeiling() {
        var time = LivenessTime(monotonic: 0)
        _ = Self.tick(&time, at: 50)
        let ceiling = time.ceiling(interval: 50)
        #expect(ceiling == 50 + 50 + 1_000)
        #expect(Self.tick(&time, at: 50 + 1_050) <= ceiling)
        var stopped = time
        #expect(Self.tick(&stopped, at: 1_000_000) <= ceiling)
    }
}
