import RegistryCatalog
import RegistryModel
import RegistryTestKit
import RegistryTraffic
import Testing

@testable import HTTPAPI

struct ExplainTests {
    private static func register(
        _ server: TestServer, _ id: String, port: Int, _ more: String = ""
    ) async throws {
        let body = """
            {"service": {"name": "payments"}, "instance": {"id": "\(id)", "host": "127.0.0.11", "port": \(port)\(more)}}
            """
        #expect(try await server.request("POST", "/v1/instances", body: body).status == 201)
    }

    @Test func everyInstanceIsToldOfInOrOut() async throws {
        try await TestServer.run { server in
            try await Self.register(server, "a", port: 1, #", "tags": ["blue"]"#)
            try await Self.register(server, "b", port: 2)
            try await Self.register(server, "c", port: 3, #", "tags": ["blue"], "status": "DRAINING""#)
            let reply = try await server.request("GET", "/v1/services/payments/explain?tag=blue")
            #expect(reply.status == 200)
            #expect(reply.json["listed"].int == 1)
            #expect(reply.json["considered"].int == 3)
            let told = reply.json["instances"].array.map {
                "\($0["id"].string ?? "") \($0["listed"].bool ?? false) \($0["stage"].string ?? "") \($0["code"].string ?? "")"
            }
            #expect(told == ["a true strategy available", "b false filter tag_missing", "c false status draining"])
            #expect(reply.json["service_id"].string == "default/payments")
        }
    }

    @Test func oneInstanceAndWhoLeft() async throws {
        try await TestServer.run { server in
            try await Self.register(server, "a", port: 1)
            try await Self.register(server, "b", port: 2)
            #expect(try await server.request("DELETE", "/v1/services/payments/instances/b").status == 204)
            let reply = try await server.request("GET", "/v1/services/payments/explain?instance=b")
            #expect(reply.json["instances"].array.isEmpty)
            #expect(reply.json["listed"].int == 1)
            #expect(reply.json["departed"].array.map { $0["instance"].string } == ["b"])
            #expect(reply.json["departed"].array.first?["cause"].string == "deregister")
            let other = try await server.request("GET", "/v1/services/payments/explain?instance=a")
            #expect(other.json["instances"].array.map { $0["code"].string } == ["available"])
            #expect(other.json["departed"].array.isEmpty)
        }
    }

    @Test func wrongInput() async throws {
        try await TestServer.run { server in
            #expect(try await server.request("GET", "/v1/services/none/explain").code == "unknown_service")
            try await Self.register(server, "a", port: 1)
            let unknown = try await server.request("GET", "/v1/services/payments/explain?tags=blue")
            #expect(unknown.code == "unknown_parameter")
            let bad = try await server.request("GET", "/v1/services/payments/explain?instance=%20&health=ill")
            #expect(bad.code == "invalid")
            #expect(Set(bad.fields) == ["instance", "health"])
        }
    }

    /// What is said to be selectable is what select chooses, for every mix of states of three instances.
    @Test func itAgreesWithSelect() {
        let selector = InstanceSelector()
        for mix in 0..<(Self.states.count * Self.states.count * Self.states.count) {
            let picks = [mix % Self.states.count, mix / Self.states.count % Self.states.count, mix / 36]
            let instances = picks.enumerated().map { Self.states[$1]("\($0)") }
            let records = instances.map { InstanceRecord(instance: $0, lease: nil) }
            let explainer = Explainer(.available, among: records)
            let selectable = Set(instances.filter { explainer.explain($0).isSelectable }.map(\.id))
            var chosen: Set<String> = []
            for _ in 0..<6 {
                let choice = selector.select(
                    by: .roundRobin, among: 3, of: ServiceKey(name: "\(mix)"),
                    candidate: { Candidate(instances[$0]) })
                if let offset = choice.offset { chosen.insert(instances[offset].id) }
            }
            #expect(chosen == selectable, "\(instances.map { "\($0.status) \($0.health.state) \($0.weight)" })")
        }
    }

    private static let states: [@Sendable (String) -> Instance] = [
        { Sample.instance($0) },
        { Sample.instance($0, spec: Sample.spec(weight: 0)) },
        { Sample.instance($0, health: Sample.health(.down, cause: .expire)) },
        { Sample.instance($0, spec: Sample.spec(status: .draining)) },
        {
            var health = Sample.health(.down, cause: .expire)
            health.isSuspect = true
            return Sample.instance($0, health: health)
        },
        { Sample.instance($0, health: Sample.health(.unknown)) },
    ]
}
