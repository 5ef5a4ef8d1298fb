import Foundation
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

/// A call that failed may have been carried out if any of it had left, and only then.
@Suite("Whether a write that failed was sent", .etcd)
struct SentTests {
    /// - Parameter requestTimeout: long where a call must not end by it.
    private func with(
        requestTimeout: TimeSpan = .seconds(4), _ body: (EtcdClient, CutProxy) async throws -> Void
    ) async throws {
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        let configuration = EtcdConfiguration(
            endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)], dialTimeout: .seconds(2),
            requestTimeout: requestTimeout)
        try await withClient(configuration) { try await body($0, proxy) }
    }

    /// How often a key was written.
    private func version(_ key: String) async throws -> Int64 {
        try await withClient { try await $0.get(key)?.version ?? 0 }
    }

    private func connect(_ client: EtcdClient) async throws {
        try await eventually { (try? await client.range(EtcdQuery(EtcdRange("/")))) != nil }
    }

    private func key() -> String { "/sent-\(UUID().uuidString)" }

    @Test("Without a connection it was not, whether nobody takes it or somebody does who says nothing")
    func unconnected() async throws {
        let key = self.key()
        try await self.with { client, proxy in
            proxy.refuse(true)
            let refused = try await failure { try await client.put(key, Data()) }
            #expect(refused?.code == .unavailable)
            #expect(refused?.mayTakeEffect == false)
        }
        try await self.with { client, proxy in
            proxy.pass([])
            let silent = try await failure { try await client.put(key, Data()) }
            #expect(silent?.code == .unavailable)
            #expect(silent?.mayTakeEffect == false)
        }
        #expect(try await self.version(key) == 0)
    }

    @Test("With one it was, whether it arrived or not")
    func unanswered() async throws {
        for (way, version) in [(CutProxy.Directions.toServer, 1 as Int64), (.toClient, 0)] {
            let key = self.key()
            try await self.with { client, proxy in
                try await self.connect(client)
                proxy.pass(way)
                let error = try await failure { try await client.put(key, Data()) }
                #expect(error?.code == .timedOut)
                #expect(error?.mayTakeEffect == true)
            }
            #expect(try await self.version(key) == version)
        }
    }

    @Test("A connection that breaks before the answer leaves it open, and it is not sent again")
    func broken() async throws {
        let key = self.key()
        try await self.with(requestTimeout: .minutes(2)) { client, proxy in
            try await self.connect(client)
            proxy.pass(.toServer)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let error = try await failure { try await client.put(key, Data()) }
                    #expect(error?.code == .unavailable)
                    #expect(error?.mayTakeEffect == true)
                }
                try await eventually { try await self.version(key) == 1 }
                proxy.pass(.both)
                proxy.cut()
                try await group.waitForAll()
            }
        }
        #expect(try await self.version(key) == 1)
    }
}
