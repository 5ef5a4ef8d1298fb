import BenchmarkFigures
import NIOCore
import Peers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What figures depend on besides the programs.
enum Surroundings {
    static var machine: Report.Machine {
        let kernel = SystemFile.text("/proc/sys/kernel/osrelease")?.split(separator: "\n").first.map(String.init)
        let model = (SystemFile.text("/proc/cpuinfo") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("model name") }?.split(separator: ":").last?.drop { $0 == " " }
        let memory = (SystemFile.text("/proc/meminfo") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("MemTotal:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Report.Machine(
            system: kernel.map { "Linux \($0)" } ?? "not Linux", processor: model.map(String.init) ?? "unknown",
            cores: System.coreCount, memoryBytes: (memory ?? 0) << 10)
    }
}

/// How many files and connections this process, and those it starts, may have open.
enum OpenFiles {
    /// Raises the soft limit as far as the hard one allows.
    static func raiseLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }
}
