#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says of this process.
struct ProcessFigures {
    var cpuSeconds: Double
    /// Nil where the system does not say.
    var residentBytes: Int?
    /// Nil where the system does not say.
    var openFiles: Int?
    var openFilesLimit: Int

    static func now() -> ProcessFigures {
        ProcessFigures(
            cpuSeconds: self.processorTime(), residentBytes: self.residentPages().map { $0 * Int(getpagesize()) },
            openFiles: self.descriptors(), openFilesLimit: self.descriptorLimit())
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }

    /// The second number of Linux's `/proc/self/statm`.
    private static func residentPages() -> Int? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let numbers = text.split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]) : nil
    }

    private static func descriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Neither the two entries for directories nor the descriptor that this listing itself takes.
        return count - 3
    }

    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        getrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
