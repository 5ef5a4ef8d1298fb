import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit

/// Nodes and members, with a proxy on every link between one and the other.
final class LiveCluster: Sendable {
    /// Before which the test machine has done everything that it was asked to.
    static let patience = Duration.seconds(60)

    let etcd: EtcdCluster
    let nodes: [RollcallNode]
    /// By node, then by member.
    private let links: [[CutProxy]]

    init(
        nodes: Int = 3, members: Int, etcdArguments: [String] = [], etcdEnvironment: [String: String] = [:],
        flags: [String] = []
    ) async throws {
        self.etcd = try EtcdCluster(size: members, arguments: etcdArguments, environment: etcdEnvironment)
        var all: [RollcallNode] = []
        var links: [[CutProxy]] = []
        for number in 0..<nodes {
            var own: [CutProxy] = []
            for member in self.etcd.members { own.append(try await CutProxy(to: member.port)) }
            links.append(own)
            all.append(try RollcallNode(number, endpoints: own.map { "127.0.0.1:\($0.port)" }, flags: flags))
        }
        self.nodes = all
        self.links = links
    }

    func links(of node: Int) -> [CutProxy] { self.links[node] }

    /// Starts everything, and waits until every node is ready.
    func start() async throws {
        try self.etcd.launch()
        try await eventually("etcd is healthy: \(self.etcd.logs)", within: Self.patience) {
            await self.etcd.isHealthy
        }
        for node in self.nodes { try node.start() }
        for node in self.nodes { try await self.isReady(node) }
    }

    func stop() {
        for node in self.nodes { node.kill() }
        self.etcd.stop()
    }

    /// Keeps what every process wrote, and the calls of a run, and returns where: the processes' own directories go with them.
    func keepLogs(_ name: String, notes: String) throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "rollcall-\(name)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var texts = [("notes", notes)]
        texts += self.nodes.map { ("node-\($0.number)", $0.log) }
        texts += self.etcd.members.map { ("etcd-\($0.name)", $0.log) }
        for (file, text) in texts {
            try Data(text.utf8).write(to: directory.appending(path: "\(file).log"))
        }
        return directory.path
    }

    /// Waits until a node lists services; if it does not, its log says why.
    func isReady(_ node: RollcallNode) async throws {
        try await eventually("\(node.name) answers; it said: \(node.log.suffix(4_000))", within: Self.patience) {
            (try? await withRollcallClient(.once(node)) { try await $0.services(limit: 1) }) != nil
        }
    }
}

extension RollcallClientConfiguration {
    /// Says what became of each request, once, and waits for none for long.
    static func once(_ node: RollcallNode, within limit: Duration = .seconds(2)) throws -> Self {
        RollcallClientConfiguration(
            address: try ServerAddress(node.address), clientName: "cluster-tests", requestTimeout: limit,
            connectTimeout: .seconds(1), retries: .never, connections: 256)
    }
}
