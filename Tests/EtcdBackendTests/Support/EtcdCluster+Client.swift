import RegistryModel
import ServerTestKit

@testable import EtcdBackend

extension EtcdServer {
    var endpoint: EtcdEndpoint { EtcdEndpoint(host: "127.0.0.1", port: self.port) }
}

extension EtcdCluster {
    var configuration: EtcdConfiguration {
        EtcdConfiguration(endpoints: self.members.map(\.endpoint), dialTimeout: .seconds(2))
    }

    func start() async throws {
        try self.launch()
        for member in self.members { try await member.waitUntilReady() }
    }

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
