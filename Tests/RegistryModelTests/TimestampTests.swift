import RegistryTestKit
import Testing

@testable import RegistryModel

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (999, "1970-01-01T00:00:00.999Z"),
        (86_399_999, "1970-01-01T23:59:59.999Z"), (86_400_000, "1970-01-02T00:00:00.000Z"),
        (68_169_600_000, "1972-02-29T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_000_000_000_000, "2001-09-09T01:46:40.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
        (1_772_368_245_678, "2026-03-01T12:30:45.678Z"), (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func textAndBack(milliseconds: Int64, text: String) throws {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(try #require(Timestamp(text)).milliseconds == milliseconds)
        #expect(text.utf8.count == Timestamp.textLength)
    }

    @Test(arguments: [
        ("2026-03-01T12:30:45Z", "2026-03-01T12:30:45.000Z"), ("2026-03-01t12:30:45z", "2026-03-01T12:30:45.000Z"),
        ("2026-03-01 12:30:45Z", "2026-03-01T12:30:45.000Z"), ("2026-03-01T12:30:45.6Z", "2026-03-01T12:30:45.600Z"),
        ("2026-03-01T12:30:45.67Z", "2026-03-01T12:30:45.670Z"),
        ("2026-03-01T12:30:45.6789Z", "2026-03-01T12:30:45.678Z"),
        ("2026-03-01T12:30:45.123456789Z", "2026-03-01T12:30:45.123Z"),
        ("2026-03-01T12:30:45+00:00", "2026-03-01T12:30:45.000Z"),
        ("2026-03-01T12:30:45-00:00", "2026-03-01T12:30:45.000Z"),
        ("2026-03-01T12:30:45+02:00", "2026-03-01T10:30:45.000Z"),
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000Z"),
        ("2026-02-28T23:30:00-05:30", "2026-03-01T05:00:00.000Z"),
        ("2026-03-01T12:30:45.5-23:59", "2026-03-02T12:29:45.500Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
    ])
    func readsOtherSpellings(text: String, meaning: String) throws {
        #expect(try #require(Timestamp(text)).description == meaning)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01T12:30Z", "2026-03-01T12:30:45", "2026-3-1T12:30:45Z",
        "26-03-01T12:30:45Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z", "+2026-01-01T00:00:00Z", "2026/01/01T00:00:00Z", "20260101T000000Z",
        "2026-01-01X00:00:00Z", "2026-01-0aT00:00:00Z", "1772368245678", "now", "2026-01-01T00:00:00\u{661}Z",
    ])
    func refuses(text: String) { #expect(Timestamp(text) == nil) }

    @Test func roundTripsAnyMoment() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let moment = Timestamp(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &generator))
            #expect(Timestamp(moment.description) == moment)
        }
    }

    /// The calendar, day by day over 400 years (its whole period) and some more, against counting.
    @Test func countsDaysAsTheCalendarDoes() {
        var (year, month, day) = (Int64(1900), Int64(1), Int64(1))
        let first = Timestamp.days(fromYear: 1900, month: 1, day: 1)
        #expect(first == -25_567)
        for offset in Int64(0)..<(500 * 365) {
            let date = Timestamp.civil(fromDays: first + offset)
            guard date == (year, month, day), Timestamp.days(fromYear: year, month: month, day: day) == first + offset
            else {
                Issue.record("\(date) is not \((year, month, day))")
                return
            }
            let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths: [Int64] = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[Int(month) - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test func whatCannotBeWrittenIsHeldAtTheEdge() {
        #expect(Timestamp(milliseconds: -1).description == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .min).description == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
    }

    @Test func reckons() {
        let moment = Timestamp(milliseconds: 1_000)
        #expect(moment.advanced(by: .seconds(2)) == Timestamp(milliseconds: 3_000))
        #expect(moment.since(.epoch) == .seconds(1))
        #expect(Timestamp.epoch.since(moment) == .seconds(-1))
        #expect(Timestamp.epoch < moment)
    }
}
