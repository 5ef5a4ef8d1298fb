import RegistryTestKit
import RollcallClient
import Testing

/// Heartbeats of many that stay out at once, against the real server.
@Suite(.timeLimit(.minutes(5)))
struct ProtectionTests {
    private static let count = 20

    /// - Parameter ttl: 10 s where some have to keep up their heartbeats on a busy machine.
    private static func register(
        _ service: String, _ client: RollcallClient, count: Int = count, ttl: TimeSpan = .seconds(10)
    ) async throws {
        let registrations = (1...count).map { port in
            Registration(
                service: client.service(service),
                spec: InstanceSpec(
                    host: "127.0.0.1", port: UInt16(port), ttl: .after(ttl),
                    deregisterAfter: .after(.seconds(2))))
        }
        _ = try await client.registerMany(registrations)
    }

    private static func beat(_ service: String, _ ports: ClosedRange<Int>, _ client: RollcallClient) async throws {
        let beats = ports.map { InstanceReference(key: client.instance("127.0.0.1:\($0)", of: service)) }
        while !Task.isCancelled {
            do {
                _ = try await client.heartbeat(beats)
                try await Task.sleep(for: .milliseconds(300))
            } catch  where Task.isCancelled {}
        }
    }

    /// Runs `body` while some of the instances beat, and the others fall silent.
    private static func whileBeating(
        _ ports: ClosedRange<Int>, _ client: RollcallClient, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.beat("web", ports, client) }
            try await body()
            group.cancelAll()
        }
    }

    @Test func ninetyPerCentAreSuspectUntilTheyAreHeardOrItIsLifted() async throws {
        try await LiveServer.run { server in
            try await server.withClient(.patient) { client in
                let web = client.service("web")
                try await Self.register("web", client)
                try await Self.whileBeating(1...2, client) {
                    try await eventually("18 are suspect") { try await client.discover(web).suspects == 18 }
                    let answer = try await client.discover(web).value.services.first
                    #expect(answer?.instances?.count == Self.count)
                    #expect(answer?.instances?.prefix(2).allSatisfy { $0.isAvailable } == true)
                    #expect(answer?.instances?.dropFirst(2).allSatisfy { $0.isSuspect } == true)
                    // They are on this machine, and the server reaches itself.
                    #expect(answer?.service.protection?.verdict == .instances)
                    #expect(try await server.rollcall("services").output.contains("default/web is protected since"))
                    #expect(try await server.rollcall("health", "web").output.contains("DOWN (suspect)"))
                    #expect(server.program.errors.text.contains("A service is protected"))
                    // Kept beyond their time, which is over when one that nobody doubts, and that fell silent later, is gone.
                    try await Self.register("lonely", client, count: 1, ttl: .seconds(1))
                    try await eventually("one of another service is removed") {
                        try await client.health(of: client.service("lonely")).value.instances.isEmpty
                    }
                    #expect(try await client.discover(web).suspects == 18)
                }
                try await Self.whileBeating(1...10, client) {
                    try await eventually("half of them are heard, and it is over") {
                        try await client.discover(web).suspects == 0
                    }
                    try await eventually("the others are removed") {
                        try await client.health(of: web).value.instances.count == 10
                    }
                }
                let history = try await client.history(HistoryQuery(service: "web"), limit: 1_000).value.elements
                #expect(history.count { $0.cause == "expire" } == 18)
                #expect(history.count { $0.cause == "recover" } == 8)
                #expect(history.count { $0.cause == "purge" } == 10)
            }
        }
    }

    @Test func tenPerCentAreNot() async throws {
        try await LiveServer.run { server in
            try await server.withClient(.patient) { client in
                let web = client.service("web")
                try await Self.register("web", client)
                try await Self.register("lonely", client, count: 1)
                try await Self.whileBeating(3...Self.count, client) {
                    try await eventually("the silent ones are removed") {
                        let web = try await client.health(of: web).value.instances.count
                        let lonely = try await client.health(of: client.service("lonely")).value.instances.count
                        return web == 18 && lonely == 0
                    }
                }
                let protect = try await client.history(HistoryQuery(cause: "protect"), limit: 10).value.elements
                #expect(protect == [])
            }
        }
    }

    @Test func theCommandLineLiftsIt() async throws {
        try await LiveServer.run { server in
            try await server.withClient(.patient) { client in
                let web = client.service("web")
                try await Self.register("web", client, ttl: .seconds(1))
                try await eventually("all are suspect") { try await client.discover(web).suspects == Self.count }
                let shown = try await server.rollcall("protection", "show", "web")
                #expect(shown.output.contains("default/web is protected since"))
                let lifted = try await server.rollcall("protection", "lift", "web")
                #expect(lifted.status == 0)
                #expect(lifted.output.contains("The protection of default/web is lifted at revision"))
                #expect(try await client.discover(web).suspects == 0)
                let again = try await server.rollcall("protection", "lift", "web")
                #expect(again.status == 4)
                #expect(again.errors.contains("not protected"))
            }
        }
    }

    @Test func switchedOffNothingIsKept() async throws {
        try await LiveServer.run(flags: ["--health-protection=false"]) { server in
            try await server.withClient(.patient) { client in
                try await Self.register("web", client, ttl: .seconds(1))
                try await eventually("all are removed") {
                    try await client.health(of: client.service("web")).value.instances.isEmpty
                }
                let protect = try await client.history(HistoryQuery(cause: "protect"), limit: 10).value.elements
                #expect(protect == [])
            }
        }
    }
}
