import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct TimingWheelTests {
    /// Runs a wheel beside a plain list, with random adds and advances, and compares what comes out.
    private static func compare(seed: UInt64, levels: Int, reach: Int64, resolution: Int64, rounds: Int) {
        var random = SeededGenerator(seed: seed)
        var now = Int64.random(in: 0..<100_000, using: &random)
        var wheel = TimingWheel<Int>(resolution: resolution, now: now, levels: levels)
        var times: [Int: (time: Int64, added: Int64)] = [:]
        var handed = 0
        for round in 0..<rounds {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let id = handed
                handed += 1
                // Of every order of magnitude, so that every level has its share; some are over already.
                let magnitude = Int64(1) << Int64.random(in: 0..<40, using: &random)
                let distance = Int64.random(in: -5...(min(reach, magnitude) + 5), using: &random)
                times[id] = (now + distance, now)
                wheel.add(id, at: now + distance)
            }
            now += Int64.random(in: 0...(round % 50 == 0 ? reach / 20 + 1 : 3 * resolution), using: &random)
            wheel.advance(to: now) { id in
                guard let (time, _) = times.removeValue(forKey: id) else {
                    Issue.record("\(id) came out twice")
                    return
                }
                #expect(time <= now, "\(id) came out at \(now), \(time - now) ms early")
            }
            #expect(wheel.count == times.count)
            for (id, (time, added)) in times where max(time, added) + resolution <= now {
                // What was over when it was added comes out with the next slot.
                Issue.record("\(id) of \(time) is still in the wheel at \(now)")
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func everythingComesOutInTimeFromEveryLevel(seed: UInt64) {
        // Three levels of 64 slots reach 262,144 slots.
        Self.compare(seed: seed, levels: 3, reach: 200_000, resolution: 1, rounds: 600)
    }

    @Test(arguments: [UInt64(7), 8, 9])
    func coarseSlotsAreNeverEarlyAndAtMostOneResolutionLate(seed: UInt64) {
        Self.compare(seed: seed, levels: 4, reach: 600_000, resolution: 50, rounds: 600)
    }

    @Test(arguments: [UInt64(10), 11, 12])
    func whatIsBeyondTheHighestLevelComesRoundAgain(seed: UInt64) {
        // Two levels reach 4,096 slots; times lie up to 25 times as far.
        Self.compare(seed: seed, levels: 2, reach: 100_000, resolution: 1, rounds: 600)
    }

    @Test func whatIsOverComesOutWithTheNextSlot() {
        var wheel = TimingWheel<String>(resolution: 50, now: 1_000)
        wheel.add("over", at: 10)
        wheel.add("now", at: 1_000)
        var out: [String] = []
        wheel.advance(to: 1_000) { out.append($0) }
        #expect(out.isEmpty)
        wheel.advance(to: 1_050) { out.append($0) }
        #expect(out.sorted() == ["now", "over"])
        #expect(wheel.count == 0)
    }

    @Test func anEmptyWheelSkipsAnyTime() {
        var wheel = TimingWheel<Int>(resolution: 1, now: 0)
        wheel.advance(to: 1 << 50) { _ in Issue.record("nothing was added") }
        wheel.add(1, at: (1 << 50) + 10)
        var out: [Int] = []
        wheel.advance(to: (1 << 50) + 9) { out.append($0) }
        #expect(out.isEmpty)
        wheel.advance(to: (1 << 50) + 10) { out.append($0) }
        #expect(out == [1])
    }

    @Test func timeThatGoesBackChangesNothing() {
        var wheel = TimingWheel<Int>(resolution: 1, now: 100)
        wheel.add(1, at: 150)
        wheel.advance(to: 50) { _ in Issue.record("too early") }
        #expect(wheel.count == 1)
    }
}
