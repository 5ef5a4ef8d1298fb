/// A run of `wrk`, which makes load with less effort than anything else: closed loop, one request at a time on each connection.
public struct Wrk: Sendable {
    public struct Outcome: Sendable {
        public var rate: Double
        /// Milliseconds.
        public var p50: Double
        public var p99: Double
        public var max: Double
        /// Cores that wrk kept busy.
        public var cores: Double
    }

    public var connections = 64
    public var threads = 2
    public var seconds: Int
    /// A Lua script that makes the requests; without one it is a GET of the path.
    public var script: String?

    public init(seconds: Int, script: String? = nil) {
        self.seconds = max(1, seconds)
        self.script = script
    }

    public func run(port: Int, path: String, place: Workplace) async throws -> Outcome {
        let log = try place.directory("wrk") + "/log"
        var command = [
            "wrk", "-c", "\(self.connections)", "-t", "\(self.threads)", "-d", "\(self.seconds)s", "--latency",
        ]
        if let script { command += ["-s", script] }
        let process = try ChildProcess(command + ["http://127.0.0.1:\(port)\(path)"], log: log)
        let ending: ChildProcess.Ending
        do {
            ending = try await process.wait(within: .seconds(self.seconds + 30))
        } catch {
            try await process.stop()
            throw error
        }
        let output = process.output
        guard ending.status == 0, let outcome = Outcome(output, cores: ending.usedSeconds / Double(self.seconds)) else {
            throw ChildProcess.Fault(description: "wrk failed: \(output)")
        }
        return outcome
    }
}

extension Wrk.Outcome {
    /// From what wrk prints with `--latency`; nil when there were errors, or it is not wrk's output.
    public init?(_ output: String, cores: Double) {
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        func words(_ first: String, atLeast count: Int) -> [String]? {
            lines.first { $0.first == first && $0.count >= count }
        }
        guard !output.contains("Non-2xx"), !output.contains("Socket errors"),
            let rate = words("Requests/sec:", atLeast: 2).flatMap({ Double($0[1]) }),
            let p50 = words("50%", atLeast: 2).flatMap({ Self.milliseconds($0[1]) }),
            let p99 = words("99%", atLeast: 2).flatMap({ Self.milliseconds($0[1]) }),
            let longest = words("Latency", atLeast: 4).flatMap({ Self.milliseconds($0[3]) })
        else { return nil }
        self.init(rate: rate, p50: p50, p99: p99, max: longest, cores: cores)
    }

    private static func milliseconds(_ text: String) -> Double? {
        for (unit, factor) in [("us", 0.001), ("ms", 1), ("s", 1_000), ("m", 60_000)] {
            if text.hasSuffix(unit), let value = Double(text.dropLast(unit.count)) { return value * factor }
        }
        return nil
    }
}
