#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How busy this process is, which makes the load.
public struct CPUMeter: Sendable {
    private let startedAt = Moment.now
    private let usedBefore = CPUMeter.used

    public init() {}

    /// Cores kept busy since this value was made.
    public var cores: Double {
        let seconds = Double(Moment.now - self.startedAt) / 1e9
        return seconds > 0 ? (Self.used - self.usedBefore) / seconds : 0
    }

    /// Seconds of user and system time.
    private static var used: Double {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
