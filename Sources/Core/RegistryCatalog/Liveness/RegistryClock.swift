public import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where time comes from. The server uses the system's clocks, tests one that they turn by hand.
public protocol RegistryClock: Sendable {
    /// The wall clock: for what is recorded and shown, never for deciding that something is late.
    var wallTime: Timestamp { get }
    /// Milliseconds that never go back, from an arbitrary start: for everything that is late or not.
    var monotonicMilliseconds: Int64 { get }
    /// The same in microseconds, for measuring.
    var monotonicMicroseconds: Int64 { get }
    /// Waits. Throws `CancellationError` when the task is cancelled.
    func sleep(for span: TimeSpan) async throws
}

extension RegistryClock {
    public var monotonicMicroseconds: Int64 { self.monotonicMilliseconds * 1_000 }
}

/// The clocks of the machine.
public struct SystemClock: RegistryClock {
    public init() {}

    public var wallTime: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public var monotonicMilliseconds: Int64 { self.monotonicMicroseconds / 1_000 }

    public var monotonicMicroseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    public func sleep(for span: TimeSpan) async throws {
        try await Task.sleep(for: span.duration)
    }
}
