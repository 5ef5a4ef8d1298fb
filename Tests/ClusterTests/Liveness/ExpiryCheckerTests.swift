import RollcallClient
import Testing

/// The checker of expiry is held against made-up runs: sound ones, and such as are wrong by a little.
@Suite("Checkers of expiry")
struct ExpiryCheckerTests {
    private static let key = InstanceKey(service: ServiceKey(name: "beating"), id: "a")
    private static let second: Int64 = 1_000_000_000

    private func checker(beats: [(sent: Double, answered: Double)] = [], expired: [Double] = []) -> ExpiryChecker {
        var checker = ExpiryChecker(ttl: .seconds(3), margin: .seconds(2))
        for beat in beats {
            checker.acknowledge(Self.key, sent: Self.time(beat.sent), answered: Self.time(beat.answered))
        }
        for time in expired { checker.expire(Self.key, at: Self.time(time)) }
        return checker
    }

    private static func time(_ seconds: Double) -> Int64 { Int64(seconds * Double(self.second)) }

    @Test("An expiry a ttl after the last acknowledged beat is not early")
    func notEarly() {
        let beats = [(sent: 0.0, answered: 0.1), (sent: 2.0, answered: 2.5)]
        #expect(self.checker(beats: beats, expired: [5.0]).early.isEmpty)
        #expect(self.checker(beats: beats).early.isEmpty)
        // It was DOWN before the next beat was sent, and that one brought it back.
        #expect(self.checker(beats: [(0, 0.1), (4, 4.1)], expired: [3.5]).early.isEmpty)
    }

    @Test("Noticed: an expiry before the deadline that an acknowledged beat set", arguments: [0.2, 2.4, 2.6, 4.9])
    func early(time: Double) {
        let checker = self.checker(beats: [(0, 0.1), (2, 2.5)], expired: [time])
        #expect(!checker.early.isEmpty)
    }

    @Test("An expiry within the bound is not late; without one, or after it, it is")
    func late() {
        let calm = Disturbances()
        func fault(_ expired: [Double], to end: Double = 20, _ disturbances: Disturbances? = nil) -> String? {
            var checker = self.checker(expired: expired)
            return checker.judgeSilence(
                of: Self.key, from: 0, to: Self.time(end), disturbances ?? calm)
        }
        #expect(fault([3.9]) == nil)
        #expect(fault([5.9]) == nil, "the margin")
        #expect(fault([6.1]) != nil)
        #expect(fault([]) != nil)
        #expect(fault([], to: 5.5) == nil, "nobody can tell yet")
        var stuck = Disturbances()
        stuck.stuck(1, Self.time(1)...Self.time(2))
        #expect(fault([8.9], to: 20, stuck) == nil)
        #expect(fault([9.1], to: 20, stuck) != nil)
    }

    @Test("What stands still adds its time, and a whole ttl after it; what came too late to matter adds nothing")
    func disturbances() {
        let ttl = 3 * Self.second
        func bound(_ change: (inout Disturbances) -> Void) -> Double {
            var disturbances = Disturbances()
            change(&disturbances)
            return Double(disturbances.latestExpiry(silentSince: 0, ttl: ttl)) / Double(Self.second)
        }
        #expect(bound { _ in } == 4)
        #expect(bound { $0.standstill(Self.time(2)...Self.time(7)) } == 11)
        #expect(bound { $0.standstill(Self.time(5)...Self.time(7)) } == 4)
        #expect(bound { $0.stuck(0, Self.time(0)...Self.time(1)) } == 7)
        #expect(
            bound {
                $0.stuck(0, Self.time(0)...Self.time(1))
                // Begins only because of the first.
                $0.stuck(1, Self.time(6)...Self.time(8))
                $0.stuck(1, Self.time(7)...Self.time(9))
            } == 10)
        #expect(
            bound { disturbances in for node in 0..<3 { disturbances.stuck(node, Self.time(0)...Self.time(2)) } } == 15)
    }
}
