import RegistryModel
import Testing

@testable import EtcdBackend

/// Three members of one etcd.
final class EtcdCluster: Sendable {
    let members: [EtcdServer]

    init(arguments: [String] = []) throws {
        let ports = try (0..<3).map { _ in (client: try FreePort.take(), peer: try FreePort.take()) }
        let all = ports.enumerated().map { "m\($0)=http://127.0.0.1:\($1.peer)" }.joined(separator: ",")
        self.members = try ports.enumerated().map { index, port in
            try EtcdServer(
                name: "m\(index)", port: port.client, peerPort: port.peer,
                arguments: ["--initial-cluster", all, "--initial-cluster-state", "new"] + arguments)
        }
    }

    var configuration: EtcdConfiguration {
        EtcdConfiguration(endpoints: self.members.map(\.endpoint), dialTimeout: .seconds(2))
    }

    func start() async throws {
        for member in self.members { try member.start() }
        for member in self.members { try await member.waitUntilReady() }
    }

    func stop() { for member in self.members { member.stop() } }

    /// The place of the member that leads, as the members that answer say.
    func leader(_ client: any EtcdService) async throws -> Int {
        for _ in 0..<1_000 {
            for index in self.members.indices {
                guard let status = try? await client.status(of: index), status.leader == status.memberID else {
                    continue
                }
                return index
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NeverCameAbout()
    }
}
