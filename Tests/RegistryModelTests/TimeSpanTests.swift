import RegistryModel
import RegistryTestKit
import Testing

struct TimeSpanTests {
    @Test(arguments: [
        ("0s", 0), ("0ms", 0), ("1ms", 1), ("250ms", 250), ("10s", 10_000), ("90s", 90_000), ("1m", 60_000),
        ("1m30s", 90_000),
        ("1h", 3_600_000), ("1h30m", 5_400_000), ("1h1ms", 3_600_001), ("2d", 172_800_000), ("1d2h3m4s5ms", 93_784_005),
        ("007s", 7_000), ("3600000ms", 3_600_000), ("1d24h", 172_800_000), ("10000d", 864_000_000_000),
        ("864000000000ms", 864_000_000_000), ("0d0h0m0s0ms", 0),
    ])
    func reads(text: String, milliseconds: Int64) { #expect(TimeSpan(text)?.milliseconds == milliseconds) }

    @Test(arguments: [
        "", " ", "10", "s", "10 s", " 10s", "10s ", "1.5h", "-1s", "+1s", "10S", "10sec", "10µs", "1w", "1y", "1s1m",
        "1m1h", "1s1s", "1ms1s", "1h 30m", "1h30", "h1", "10001d", "10000d1ms", "864000000001ms",
        "99999999999999999999s", "9223372036854775807d", "1e3s", "0x10s", "\u{661}s", "never", "1d\n", "10s\0",
    ])
    func refuses(text: String) { #expect(TimeSpan(text) == nil) }

    @Test(arguments: [
        (0, "0s"), (1, "1ms"), (1_000, "1s"), (90_000, "1m30s"), (3_600_000, "1h"), (93_784_005, "1d2h3m4s5ms"),
        (86_400_001, "1d1ms"), (864_000_000_000, "10000d"), (-1_500, "-1s500ms"),
        (Int64.min, "-106751991167d7h12m55s808ms"), (Int64.max, "106751991167d7h12m55s807ms"),
    ])
    func writes(milliseconds: Int64, text: String) {
        #expect(TimeSpan(milliseconds: milliseconds).description == text)
    }

    @Test func roundTripsAnySpan() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let bound = Int64(1) << Int64.random(in: 0...39, using: &generator)
            let span = TimeSpan(milliseconds: Int64.random(in: 0...min(bound, 864_000_000_000), using: &generator))
            #expect(TimeSpan(span.description) == span)
        }
    }

    @Test func reckons() {
        #expect(TimeSpan.milliseconds(5) == TimeSpan(milliseconds: 5))
        #expect(TimeSpan.seconds(1) == .milliseconds(1_000))
        #expect(TimeSpan.minutes(1) == .seconds(60))
        #expect(TimeSpan.hours(1) == .minutes(60))
        #expect(TimeSpan.days(1) == .hours(24))
        #expect(TimeSpan.seconds(1) + .milliseconds(1) == .milliseconds(1_001))
        #expect(TimeSpan.zero < .milliseconds(1))
        #expect(TimeSpan.milliseconds(1_500).duration == .milliseconds(1_500))
    }
}

struct LifetimeTests {
    @Test(arguments: [
        ("never", Lifetime.never), ("10s", .after(.seconds(10))), ("0s", .after(.zero)), ("720h", .after(.days(30))),
    ])
    func reads(text: String, lifetime: Lifetime) {
        #expect(Lifetime(text) == lifetime)
        #expect(Lifetime(lifetime.description) == lifetime)
    }

    @Test(arguments: ["", "Never", "never ", "forever", "10", "-1s"])
    func refuses(text: String) { #expect(Lifetime(text) == nil) }
}
