#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says of a process and of those that it started.
public struct ProcessFigures: Sendable {
    public let processID: Int32

    public init(_ process: ChildProcess) { self.processID = process.processID }

    /// Seconds of processor time used so far, workers included.
    public var usedSeconds: Double {
        Self.family(self.processID).reduce(0) { $0 + Self.ticks($1) } / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Bytes of memory that are resident; nil when the process is gone.
    public var residentBytes: Int? {
        guard let status = SystemFile.text("/proc/\(self.processID)/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kibibytes << 10
    }

    private static func family(_ processID: pid_t) -> [pid_t] {
        let children = SystemFile.text("/proc/\(processID)/task/\(processID)/children") ?? ""
        return [processID] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    /// User and system time: the fields 14 and 15, counted from after the name, which may hold anything.
    private static func ticks(_ processID: pid_t) -> Double {
        guard let line = SystemFile.text("/proc/\(processID)/stat"), let name = line.lastIndex(of: ")") else {
            return 0
        }
        let fields = line[name...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return user + system
    }
}

/// How busy a server is while something is measured.
public struct ServerMeter: Sendable {
    private let figures: ProcessFigures
    private let usedBefore: Double
    private let startedAt = ContinuousClock.now

    public init(_ process: ChildProcess) {
        self.figures = ProcessFigures(process)
        self.usedBefore = self.figures.usedSeconds
    }

    /// Cores kept busy since this value was made.
    public var cores: Double {
        let elapsed = ContinuousClock.now - self.startedAt
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return seconds > 0 ? (self.figures.usedSeconds - self.usedBefore) / seconds : 0
    }
}
