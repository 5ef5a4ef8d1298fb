import Logging
import NIOPosix
public import RegistryCatalog
public import RegistryModel
public import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One line of JSON for each request, written off the request's path.
///
/// Lines go into a bounded buffer under a short lock; a service hands it to the system. What does not fit is dropped and counted.
public final class AccessLog: ServiceLifecycle.Service {
    public struct Configuration: Sendable, Hashable {
        /// Where lines go; it is not closed: 1, the standard output.
        public var fileDescriptor: Int32
        /// Bytes that may wait to be written: 4 MiB.
        public var bufferBytes: Int
        /// How often what waits is written: 50 ms.
        public var flushInterval: TimeSpan

        public init(
            fileDescriptor: Int32 = 1, bufferBytes: Int = 4 << 20, flushInterval: TimeSpan = .milliseconds(50)
        ) {
            self.fileDescriptor = fileDescriptor
            self.bufferBytes = bufferBytes
            self.flushInterval = flushInterval
        }
    }

    private let configuration: Configuration
    private let clock: any RegistryClock
    private let drops: Counter
    private let lines = Mutex<[UInt8]>([])

    public init(configuration: Configuration = .init(), clock: any RegistryClock, metrics: ServerMetrics) {
        self.configuration = configuration
        self.clock = clock
        self.drops = metrics.accessLogDrops
    }

    public func append(_ record: AccessRecord) {
        let fits = self.lines.withLock { lines in
            // A full buffer costs nothing but the comparison, so that a stalled disk does not slow requests down.
            guard lines.count < self.configuration.bufferBytes else { return false }
            record.write(to: &lines)
            return true
        }
        if !fits { self.drops.increment() }
    }

    /// Writes until the server stops, and then what is left. Listed before the frontends, it stops after them.
    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var spare: [UInt8] = []
            while true {
                try await self.clock.sleep(for: self.configuration.flushInterval)
                spare = await self.flush(spare)
            }
        }
        _ = await self.flush([])
    }

    /// Exchanges the buffer for `spare`, writes it, and gives it back empty with its room kept.
    private func flush(_ spare: [UInt8]) async -> [UInt8] {
        let waiting = self.lines.withLock { lines in
            let waiting = lines
            lines = spare
            return waiting
        }
        guard !waiting.isEmpty else { return waiting }
        let descriptor = self.configuration.fileDescriptor
        // A pipe that nobody reads blocks its writer: not one of the few threads that run everything else.
        let written = try? await NIOThreadPool.singleton.runIfActive { Self.write(waiting, to: descriptor) }
        if written != true { self.drops.increment(by: Int64(waiting.count { $0 == UInt8(ascii: "\n") })) }
        var empty = waiting
        empty.removeAll(keepingCapacity: true)
        return empty
    }

    /// False when the descriptor takes no more.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                #if canImport(Darwin)
                let count = Darwin.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #elseif canImport(Musl)
                let count = Musl.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #else
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #endif
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
