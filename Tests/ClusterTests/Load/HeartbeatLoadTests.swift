import AsyncHTTPClient
import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// 100,000 instances on three nodes and one etcd, all on this machine, which beat every ten seconds.
@Suite("The load of many instances", .serialized)
struct HeartbeatLoadTests {
    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// Transactions a second, all nodes together.
    private static let mostWrites = 20.0
    private static let mostMemory = 300_000_000

    @Test("Etcd takes few writes and little memory, and nothing expires")
    func manyInstances() async throws {
        let count = Self.number("ROLLCALL_LOAD_INSTANCES") ?? 100_000
        let seconds = Self.number("ROLLCALL_LOAD_SECONDS") ?? 120
        // As the README advises for a small machine: else its heap doubles before it is swept.
        let cluster = try await LiveCluster(members: 1, etcdEnvironment: ["GOGC": "40"])
        defer { cluster.stop() }
        try await cluster.start()
        try await HTTPClient.withManyConnections { http in
            let load = HeartbeatLoad(count: count, addresses: cluster.nodes.map(\.address))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await load.run(http) }
                let start = ContinuousClock.now
                try await eventually("all are registered; \(load.failures.prefix(3))", within: .seconds(300)) {
                    load.registered == count
                }
                print("load: \(count) instances registered in \(ContinuousClock.now - start)")
                // Each has beaten once, so that what follows is the steady state.
                try await eventually("all beat", within: .seconds(120)) { load.acknowledged >= count }
                try await Self.measure(cluster, load, http, seconds: seconds)
                group.cancelAll()
            }
        }
    }

    private static func measure(
        _ cluster: LiveCluster, _ load: HeartbeatLoad, _ http: HTTPClient, seconds: Int
    ) async throws {
        let before = try await (etcd: self.writes(cluster, http), usage: self.usage(cluster), beats: load.acknowledged)
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(seconds))
        let time = (ContinuousClock.now - start) / .seconds(1)
        let after = try await (etcd: self.writes(cluster, http), usage: self.usage(cluster), beats: load.acknowledged)
        for (old, new) in zip(before.usage, after.usage) {
            print("load: \(UsageReport(name: new.name, before: old.figures, after: new.figures, seconds: time))")
        }
        let writes = (after.etcd - before.etcd) / time
        print(
            "load: \(writes) writes a second, \(Double(after.beats - before.beats) / time) beats a second, \(load.summary)"
        )
        #expect(load.failures.isEmpty, "\(load.failures.prefix(10))")
        #expect(writes <= self.mostWrites)
        #expect(Double(after.beats - before.beats) > Double(load.count) / 10 * time * 0.9, "they did beat")
        let etcd = try #require(after.usage.last)
        #expect(etcd.figures.peak < self.mostMemory, "\(etcd.name)")
        try await self.nothingExpired(cluster, http, count: load.count)
    }

    /// Everything that etcd has agreed on with itself, whoever asked for it.
    private static func writes(_ cluster: LiveCluster, _ http: HTTPClient) async throws -> Double {
        let answer = try await http.get("http://127.0.0.1:\(cluster.etcd.members[0].port)/metrics")
        return try MetricsText(text: String(decoding: answer.body, as: UTF8.self))
            .value("etcd_server_proposals_committed_total")
    }

    /// Etcd is the last.
    private static func usage(_ cluster: LiveCluster) throws -> [(name: String, figures: ProcessFigures)] {
        let processes = cluster.nodes.map { ($0.name, $0.processID) } + [("etcd", cluster.etcd.members[0].processID)]
        return try processes.map { ($0, try ProcessFigures(of: try #require($1))) }
    }

    private static func nothingExpired(_ cluster: LiveCluster, _ http: HTTPClient, count: Int) async throws {
        for node in cluster.nodes {
            let answer = try await http.get("http://127.0.0.1:\(node.metricsPort)/metrics")
            let metrics = MetricsText(text: String(decoding: answer.body, as: UTF8.self))
            #expect(try metrics.value("rollcall_instances_available") == Double(count), "\(node.name)")
            let history = try await withRollcallClient(.once(node, within: .seconds(30))) { client in
                try await client.history(HistoryQuery(cause: "expire"), limit: 10).value.elements
            }
            #expect(history.isEmpty, "P4: \(history)")
        }
    }
}
