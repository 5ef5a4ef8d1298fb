import RegistryTestKit
import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// A registry that was wiped on purpose, etcd and data directories, under clients that go on running.
@Suite(.timeLimit(.minutes(3)))
struct WipedRegistryTests {
    @Test("Clients that have seen more than there is go on with what there is, and are told of a gap")
    func everythingBeginsAnew() async throws {
        let etcd = try EtcdServer()
        try etcd.start()
        defer { etcd.stop() }
        let flags = ["--registry-type", "etcd", "--etcd-endpoints", "127.0.0.1:\(etcd.port)"]
        let port = try await FreePort.find()
        let address = ServerAddress(host: "127.0.0.1", port: UInt16(port))
        // Named twice, so that the client keeps in mind what it has seen, as of several nodes.
        let configuration = RollcallClientConfiguration(
            address: address, alternatives: [address], requestTimeout: .seconds(60))
        try await withRollcallClient(configuration) { client in
            let told = Told()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await told.follow(client) }
                try await LiveServer.run(port: port, flags: flags) { _ in
                    for number: UInt16 in 1...20 { try await Self.register("before", number, client) }
                    try await eventually("it is told") { told.all.contains("before") }
                }
                try etcd.empty()
                try etcd.start()
                try await LiveServer.run(port: port, flags: flags) { _ in
                    try await eventually("it reads") {
                        (try? await client.services().value.elements.isEmpty) == true
                    }
                    try await Self.register("after", 1, client)
                    try await eventually("it is told; it was told \(told.all)") { told.all.last == "after" }
                }
                #expect(told.all.split(separator: "gap *").count == 2, "\(told.all)")
                group.cancelAll()
            }
        }
    }

    private static func register(_ service: String, _ port: UInt16, _ client: RollcallClient) async throws {
        let spec = InstanceSpec(host: "127.0.0.1", port: port, ttl: .after(.minutes(60)))
        _ = try await client.register(Registration(service: client.service(service), spec: spec))
    }
}

/// Which services a watch told of, in order, and where it told of a gap.
private final class Told: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { self.texts.withLock { $0 } }

    func follow(_ client: RollcallClient) async throws(RollcallClientError) {
        for try await event in client.watch(.all) {
            switch event {
            case .update(.snapshot(let key, _, _), _), .update(.change(let key, _, _, _, _), _): self.append(key.name)
            case .update(.gap(let key, _, _), _): self.append("gap \(key.name)")
            case .update(.synced, _), .interrupted: break
            }
        }
    }

    private func append(_ text: String) { self.texts.withLock { $0.append(text) } }
}
