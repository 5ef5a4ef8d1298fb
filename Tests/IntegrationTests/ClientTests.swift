import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Synchronization
import Testing

/// The client library against a server: every operation, and what it does when the server goes and comes back.
struct ClientTests {
    private func registration(
        _ service: ServiceKey, _ port: UInt16, version: String = "", tags: [String] = [], ttl: Lifetime = .never,
        incarnation: Int64? = nil
    ) -> Registration {
        let spec = InstanceSpec(host: "127.0.0.1", port: port, version: version, tags: tags, ttl: ttl)
        return Registration(service: service, spec: spec, incarnation: incarnation)
    }

    @Test func instancesFromRegistrationToRemoval() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                let first = try await client.register(self.registration(web, 1, version: "1.2.0", tags: ["x"]))
                #expect(first.status == 201)
                #expect(first.value.revision == Revision(1))
                #expect(first.source == "live")
                #expect(
                    try await client.register(self.registration(web, 1, version: "1.2.0", tags: ["x"])).status == 200)

                var patch = InstancePatch()
                patch.weight = 7
                patch.metadata = ["k": "v"]
                let updated = try await client.update(client.instance("127.0.0.1:1", of: "web"), patch)
                #expect(updated.value.instance.spec.weight == 7)
                #expect(updated.value.instance.spec.metadata == ["k": "v"])

                let seen = try await client.discover(
                    web, InstanceQuery(tags: ["x"], version: "^1", metadata: ["k": "v"]))
                #expect(seen.value.services.first?.instances?.map(\.id) == ["127.0.0.1:1"])
                #expect(seen.value.revision == Revision(2))
                #expect(
                    try await client.discover(web, InstanceQuery(tags: ["y"])).value.services.first?.instances == [])

                let gone = try await client.deregister(client.instance("127.0.0.1:1", of: "web"))
                #expect(gone == Revision(3))
                let again = await #expect(throws: RollcallClientError.self) {
                    try await client.deregister(client.instance("127.0.0.1:1", of: "web"))
                }
                #expect(again?.isNotFound == true)
                #expect(again?.problem?.code == "unknown_instance")
            }
        }
    }

    @Test func manyAtOnceIndependentOfEachOther() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                var wanted = (1...50).map {
                    self.registration(web, UInt16($0), ttl: .after(.seconds(60)), incarnation: 5)
                }
                wanted[10].spec.port = 0
                let answer = try await client.registerMany(wanted).value
                #expect(answer.results.count == 50)
                guard case .failed(let problem) = answer.results[10] else {
                    Issue.record("the faulty one was taken")
                    return
                }
                #expect(problem.errors.first?.field.contains("port") == true)

                let items = (1...3).map { InstanceReference(key: client.instance("127.0.0.1:\($0)", of: "web")) }
                let stale = InstanceReference(key: items[0].key, incarnation: 4)
                let unknown = InstanceReference(key: client.instance("nobody", of: "web"))
                let beats = try await client.heartbeat(items + [stale, unknown]).value
                #expect(beats.renewed == 3)
                #expect(beats.stale == [stale])
                #expect(beats.unknown.map(\.key) == [unknown.key])

                let removed = try await client.deregisterMany(items + [unknown]).value
                #expect(removed.results.count == 4)
                #expect(try await client.discover(web).value.services.first?.instances?.count == 46)
            }
        }
    }

    @Test func healthSelectionListsHistoryAndVersion() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                let key = client.instance("127.0.0.1:1", of: "web")
                _ = try await client.register(self.registration(web, 1, ttl: .after(.seconds(60))))
                let report = HealthReport(status: .down, details: HealthDetails(cpu: 0.5, errors: ["out of tea"]))
                #expect(try await client.report(report, of: key).value.state == .down)
                let health = try await client.health(of: key).value
                #expect(health.state == .down)
                #expect(health.details?.errors == ["out of tea"])
                #expect(try await client.health(of: web).value.status.health == .down)
                #expect(try await client.discover(web).value.services.first?.instances == [])
                #expect(try await client.discover(web, .everything).value.services.first?.instances?.count == 1)
                #expect(try await client.report(HealthReport(status: .up), of: key).value.state == .up)

                let chosen = try await client.select(web, strategy: "round_robin").value
                #expect(chosen.instance?.id == key.id)
                let strategy = await #expect(throws: RollcallClientError.self) {
                    try await client.select(web, strategy: "astrology")
                }
                #expect(strategy?.problem?.status == 422)

                let other = client.inNamespace("other")
                _ = try await other.register(self.registration(other.service("a"), 1))
                #expect(try await client.services().value.elements.map(\.service.key) == [web])
                #expect(try await client.inNamespace("*").services().value.elements.count == 2)
                #expect(try await client.namespaces().value.map(\.name) == ["default", "other"])
                let causes = try await client.history(HistoryQuery(service: "web", order: .ascending)).value.elements
                    .map(\.cause)
                #expect(causes == ["register", "report", "report"])
                let page = try await client.inNamespace("*").history(limit: 1).value
                #expect(page.elements.count == 1)
                #expect(page.nextCursor != nil)
                #expect(try await client.version().value.registryID.isEmpty == false)
            }
        }
    }

    @Test func aBlockingReadAnswersWhenSomethingIsNewOrAfterItsWait() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                async let appeared = client.discover(web, blocking: BlockingRead(after: nil, wait: .seconds(60)))
                _ = try await client.register(self.registration(web, 1))
                let revision = try await appeared.value.revision
                #expect(revision == Revision(1))
                async let changed = client.discover(web, blocking: BlockingRead(after: revision, wait: .seconds(60)))
                _ = try await client.register(self.registration(web, 2))
                #expect(try await changed.value.revision == Revision(2))
                let unchanged = try await client.discover(
                    web, blocking: BlockingRead(after: Revision(2), wait: .milliseconds(100)))
                #expect(unchanged.value.revision == Revision(2))
            }
        }
    }

    @Test func aWatchGoesOnWhenTheServerWasStartedAgain() async throws {
        let directory = try TemporaryDirectory()
        let port = try await FreePort.find()
        let seen = Seen()
        var configuration = RollcallClientConfiguration()
        configuration.address = try ServerAddress("127.0.0.1:\(port)")
        try await withRollcallClient(configuration) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let events = client.watch(
                    .services(["web"]), backoff: Backoff(first: .milliseconds(50), longest: .milliseconds(200)))
                group.addTask {
                    for try await event in events {
                        if case .update(let document, _) = event { seen.add(Self.text(document)) }
                    }
                }
                try await LiveServer.run(directory: directory.path, port: port) { _ in
                    try await eventually("the first snapshot comes") { seen.last == "snapshot 0" }
                    _ = try await client.register(self.registration(client.service("web"), 1))
                    try await eventually("the change comes") { seen.last == "change 1" }
                }
                try await LiveServer.run(directory: directory.path, port: port) { _ in
                    _ = try await client.register(self.registration(client.service("web"), 2))
                    try await eventually("the second change is known; the last was \(seen.last)") {
                        seen.last.hasSuffix(" 2")
                    }
                }
                group.cancelAll()
            }
        }
    }

    private static func text(_ document: WatchEventDocument) -> String {
        switch document {
        case .snapshot(_, let revision, _): "snapshot \(revision)"
        case .change(_, let revision, _, _, _): "change \(revision)"
        case .gap(_, let from, let to): "gap \(from) \(to)"
        case .synced(let revision): "synced \(revision)"
        }
    }

    @Test func aMembershipLastsAsLongAsItsBody() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                let joined = Seen()
                let registration = self.registration(web, 1, ttl: .after(.seconds(1)), incarnation: 3)
                let result = try await client.withMembership(
                    of: registration, report: { if case .joined = $0 { joined.add("joined") } }
                ) {
                    try await eventually("it is on the roll") { joined.count == 1 }
                    try await client.deregister(registration.key)
                    try await eventually("it is on the roll again") { joined.count == 2 }
                    return 42
                }
                #expect(result == 42)
                #expect(try await client.discover(web, .everything).value.services.first?.instances == [])
            }
        }
    }

    @Test func aMembershipEndsEvenWhenItsTaskIsCancelled() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let web = client.service("web")
                let registration = self.registration(web, 1, ttl: .after(.seconds(60)))
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try? await client.withMembership(of: registration) { try await Task.sleep(for: .seconds(600)) }
                    }
                    try? await eventually("it is on the roll") {
                        (try? await client.discover(web).value.services.first?.instances?.count) == 1
                    }
                    group.cancelAll()
                }
                let left = try await client.discover(web, .everything).value.services.first?.instances
                #expect(left == [])
            }
        }
    }
}

/// What a watch has told so far.
private final class Seen: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { self.texts.withLock { $0.append(text) } }

    var last: String { self.texts.withLock { $0.last ?? "" } }
    var count: Int { self.texts.withLock { $0.count } }
}
