import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Signals as events, without a race: they are blocked before any thread starts, stay pending, and one thread takes them.
enum Signals {
    /// Ask a program to stop.
    static let stops: Set<Int32> = [SIGTERM, SIGINT, SIGQUIT]
    /// Passed on by `rollcall run` as they come, besides ``stops``.
    static let passed: Set<Int32> = [SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH]

    /// From now on `numbers` wait to be taken. Threads inherit this, so call it on the first one, before another starts.
    static func block(_ numbers: Set<Int32>) {
        var set = self.set(numbers)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Calls `body` with each of the blocked `numbers` as it arrives, until the process ends.
    ///
    /// The queue is a thread that waits in `sigwait`, which no task may do: it would hold a thread of the shared pool.
    static func take(_ numbers: Set<Int32>, _ body: @escaping @Sendable (Int32) -> Void) {
        DispatchQueue(label: "rollcall.signals").async {
            var set = self.set(numbers)
            while true {
                var number: Int32 = 0
                if sigwait(&set, &number) == 0 { body(number) }
            }
        }
    }

    /// Returns with the first of the blocked `numbers` that arrives.
    static func first(of numbers: Set<Int32>) async -> Int32 {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        self.take(numbers) { _ = continuation.yield($0) }
        for await number in stream { return number }
        return 0
    }

    /// Holds up the calling thread, which must be one of our own.
    static func pause(milliseconds: UInt32) {
        usleep(milliseconds * 1_000)
    }

    static func set(_ numbers: Set<Int32>) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}

extension SupervisionSignals {
    static let system = SupervisionSignals(stops: Signals.stops, terminate: SIGTERM, kill: SIGKILL)
}
