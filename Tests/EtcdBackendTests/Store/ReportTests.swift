import RegistryCatalog
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("What a store tells of its etcd")
struct ReportTests {
    /// As long as a call to etcd may take here: whoever waited for one would be seen.
    private static let requestTimeout = TimeSpan.seconds(60)

    private func configuration(_ members: [EtcdServer]) throws -> EtcdStore.Configuration {
        try TestStores.configuration(
            EtcdConfiguration(
                endpoints: members.map(\.endpoint), dialTimeout: Self.requestTimeout,
                requestTimeout: Self.requestTimeout))
    }

    @Test("An etcd that hangs is told of long before a request to it would be given up")
    func frozen() async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        try await server.waitUntilReady()
        try await TestStores.with(self.configuration([server])) { stores in
            let store = try await stores.make()
            #expect(await store.report().endpoints.map(\.errors) == [[]])
            server.freeze()
            let start = ContinuousClock.now
            let report = await store.report()
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(report.endpoints.map(\.version) == [nil])
            #expect(report.endpoints[0].errors.count == 1)
            #expect(!report.isFull)
            server.thaw()
            try await eventually { await store.report().endpoints[0].version != nil }
        }
    }

    @Test("One of three that hangs keeps nobody from being told of the others, nor of a full quota")
    func oneFrozen() async throws {
        let cluster = try EtcdCluster(size: 3, arguments: ["--quota-backend-bytes", "\(24 << 20)"])
        defer { cluster.stop() }
        try await cluster.start()
        try await TestStores.with(self.configuration(cluster.members)) { stores in
            let store = try await stores.make()
            try await cluster.members[1].fill()
            try await eventually { await store.report().isFull }
            cluster.members[0].freeze()
            try await eventually {
                let report = await store.report()
                return report.isFull && report.endpoints.map { $0.version != nil } == [false, true, true]
            }
            cluster.members[0].thaw()
        }
    }
}
