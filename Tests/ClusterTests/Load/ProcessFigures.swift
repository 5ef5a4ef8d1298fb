import Foundation

/// What a process has taken so far, from `/proc`.
struct ProcessFigures: Sendable {
    /// Seconds of all cores.
    let processor: Double
    /// Bytes that are resident, and that ever were.
    let resident: Int
    let peak: Int

    init(of processID: Int32) throws {
        let stat = try String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        // After the name, which may hold anything, in parentheses: state is the first, user and system time are 12th and 13th.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        self.processor = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        self.resident = Self.kibibytes("VmRSS:", status) << 10
        self.peak = Self.kibibytes("VmHWM:", status) << 10
    }

    private static func kibibytes(_ name: String, _ status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

/// A figure of a process over a stretch of time.
struct UsageReport: Sendable, CustomStringConvertible {
    let name: String
    let before: ProcessFigures
    let after: ProcessFigures
    let seconds: Double

    var description: String {
        let share = (self.after.processor - self.before.processor) / self.seconds * 100
        let figures = [share, Double(self.after.resident) / 1_000_000, Double(self.after.peak) / 1_000_000]
            .map { String(Int($0.rounded())) }
        return "\(self.name): \(figures[0]) % of a core, \(figures[1]) MB, at most \(figures[2]) MB"
    }
}

/// Lines of Prometheus' text format.
struct MetricsText: Sendable {
    let text: String

    /// - Parameter name: with its labels, as the line has it.
    func value(_ name: String) throws -> Double {
        let line = self.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        guard let value = line?.split(separator: " ").last.flatMap({ Double($0) }) else { throw Missing(name: name) }
        return value
    }

    struct Missing: Error {
        let name: String
    }
}
