import Foundation
import RegistryModel
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("One connection lasts", .etcd)
struct LongConnectionTests {
    @Test("100,000 calls go over one connection, though the server sends a PING with most answers")
    func manyCalls() async throws {
        let calls = 100_000
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        try await withClient(EtcdConfiguration(endpoints: [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)])) {
            client in
            var query = EtcdQuery(EtcdRange("/nothing"))
            query.isSerializable = true
            let remaining = LockedBox(calls)
            let asked = query
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask {
                        while Self.take(remaining) { _ = try await client.range(asked) }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(proxy.accepted == 1)
    }

    private static func take(_ remaining: LockedBox<Int>) -> Bool {
        remaining.with { remaining in
            remaining -= 1
            return remaining >= 0
        }
    }
}
