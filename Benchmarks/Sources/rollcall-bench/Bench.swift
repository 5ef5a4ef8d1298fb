import BenchmarkFigures
import LoadGeneration
import Peers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A kind of work that is measured.
protocol BenchmarkRow: Sendable {
    var id: String { get }
    var title: String { get }
    func run(_ bench: Bench) async throws -> Report.Row
}

/// The rows, in the order of the table.
enum Rows {
    static let all: [any BenchmarkRow] = [
        DiscoverRow(), RegisterRow(), RegisterBatchRow(), HeartbeatRow(), HeartbeatBatchRow(), WatchersRow(),
        ScaleRow(), ClusterRegisterRow(), ClusterHeartbeatRow(), ClusterWatchRow(),
    ]
}

/// What every row has at hand.
struct Bench: Sendable {
    let place: Workplace
    let executable: String
    /// Of one measurement.
    let seconds: Int
    let rounds: Int
    /// Instances of the row about scale.
    let scale: Int

    var duration: Duration { .seconds(self.seconds) }

    /// Tells whoever waits what is being done.
    func say(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = write(2, line, line.count)
    }

    func withRollcall<Value>(
        directory: String? = nil, _ body: (Rollcall) async throws -> Value
    ) async throws -> Value {
        try await Rollcall.with(self.place, executable: self.executable, directory: directory, body)
    }

    /// Several servers that share one member of etcd.
    func withCluster<Value>(
        nodes: Int, _ body: ([Rollcall], Server) async throws -> Value
    ) async throws -> Value {
        try await Server.withEtcd(self.place) { etcd in
            try await self.withNodes(nodes, of: etcd, beside: []) { try await body($0, etcd) }
        }
    }

    private func withNodes<Value>(
        _ count: Int, of etcd: Server, beside nodes: [Rollcall], _ body: ([Rollcall]) async throws -> Value
    ) async throws -> Value {
        guard nodes.count < count else { return try await body(nodes) }
        return try await Rollcall.with(self.place, executable: self.executable, etcd: etcd.port) { node in
            try await node.waitUntilReady()
            return try await self.withNodes(count, of: etcd, beside: nodes + [node], body)
        }
    }

    /// What each program says of its version.
    func versions() async throws -> [String] {
        var versions: [String] = []
        for command in [[self.executable, "--version"], ["etcd", "--version"], ["nginx", "-v"], ["wrk", "-v"]] {
            let process = try ChildProcess(command, log: try self.place.directory("version") + "/log")
            _ = try await process.wait(within: .seconds(30))
            let line = process.output.split(separator: "\n").first.map(String.init) ?? "unknown"
            versions.append(command[0] == self.executable ? "rollcall \(line)" : line)
        }
        return versions
    }
}

extension Rollcall {
    var address: Address { Address(port: self.server.port) }

    /// The sum of the samples of a family at `/metrics`.
    func metric(_ family: String) async throws -> Int {
        try await Metrics.sum(family, of: Address(port: self.metricsPort))
    }

    /// Waits until it has loaded what is in etcd.
    func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let caller = try await HTTPCaller(self.address)
            let answer = try? await caller.ask("GET", "/readyz")
            try await caller.close()
            if answer != nil { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw HTTPCaller.Refused("The server did not become ready in time.")
    }

    /// Waits until it shows as many as were registered at another one.
    func waitForInstances(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await self.metric("rollcall_instances") != count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await self.expectInstances(count)
    }

    /// Whether as many instances are on the roll as were acknowledged.
    func expectInstances(_ count: Int) async throws {
        let found = try await self.metric("rollcall_instances")
        guard found == count else { throw WrongCount(what: "instances on the roll", expected: count, found: found) }
    }
}

/// Figures that a server publishes for Prometheus.
enum Metrics {
    static func sum(_ family: String, of address: Address) async throws -> Int {
        let caller = try await HTTPCaller(address)
        let text = try await caller.ask("GET", "/metrics").text
        try await caller.close()
        let samples = text.split(separator: "\n").filter { $0.hasPrefix("\(family) ") || $0.hasPrefix("\(family){") }
        return samples.reduce(0) { sum, line in
            sum + Int(line.split(separator: " ").last.flatMap { Double($0) } ?? 0)
        }
    }
}

/// What was acknowledged is not what is there: the figures would be worth nothing.
struct WrongCount: Error, CustomStringConvertible {
    let what: String
    let expected: Int
    let found: Int
    var description: String { "\(self.what): expected \(self.expected), found \(self.found)" }
}

extension Measurement.Round {
    init(_ outcome: LoadOutcome, serverCPU: Double, unitsPerRequest: Int = 1) {
        self.init(
            rate: outcome.rate * Double(unitsPerRequest), latency: outcome.latency, serverCPU: serverCPU,
            generatorCPU: outcome.generatorCPU)
    }

    init(_ outcome: Wrk.Outcome, serverCPU: Double) {
        self.init(
            rate: outcome.rate, latency: Latency(p50: outcome.p50, p99: outcome.p99, max: outcome.max),
            serverCPU: serverCPU, generatorCPU: outcome.cores)
    }
}
