public import RegistryCatalog
import RegistryModel
import Synchronization

/// The `Date` header (RFC 9110, section 5.6.7), made once a second.
public final class DateHeader: Sendable {
    private let clock: any RegistryClock
    private let made = Mutex<(second: Int64, text: String)>((-1, ""))

    public init(clock: any RegistryClock) { self.clock = clock }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, for now.
    public var text: String {
        let now = self.clock.wallTime
        let second = now.milliseconds / 1_000
        return self.made.withLock { made in
            if made.second != second { made = (second, Self.text(of: now)) }
            return made.text
        }
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(of time: Timestamp) -> String {
        // RFC 3339, `2026-03-01T12:30:45.678Z`, has every number that is needed, at a fixed place.
        let digits = Array(time.description.utf8)
        func piece(_ start: Int, _ count: Int) -> String {
            String(decoding: digits[start..<start + count], as: UTF8.self)
        }
        // 1970-01-01 was a Thursday.
        let day = Self.days[Int(max(time.milliseconds, 0) / 86_400_000 % 7)]
        let month = Self.months[(Int(piece(5, 2)) ?? 1) - 1]
        return "\(day), \(piece(8, 2)) \(month) \(piece(0, 4)) \(piece(11, 8)) GMT"
    }
}
