import RegistryCatalog
import RegistryCluster
import RegistryModel
import RegistryTestKit
import Testing

/// What a node says of its cluster, and an operator's word on which history counts.
@Suite("The cluster over a socket")
struct ClusterTests {
    private static let obstacle = StoreError(.damaged, "The store holds another history.")

    /// A server that shares its store with a node `node-b`, which the test speaks for.
    static func shared(
        _ change: (inout TestServer.Options) -> Void = { _ in },
        _ body: (TestServer, SharedStore, ClusterNode) async throws -> Void
    ) async throws {
        let inner = InMemoryStore(registryID: TestServer.registryID)
        let store = SharedStore(inner)
        try await TestServer.run {
            $0.store = inner
            $0.shared = store
            change(&$0)
        } _: { server in
            let node = try #require(server.cluster)
            let other = Member(
                id: 0x1, epoch: 9, node: "node-b", address: "127.0.0.2:8080", version: "1.2.4", schema: 5,
                startedAt: Sample.time)
            var own = node.member
            own.epoch = 8
            node.take([.joined(own), .joined(other)], basis: DigestBasis(applied: .zero, hash: .zero))
            try await body(server, store, node)
        }
    }

    // MARK: GET /v1/cluster

    @Test func aNodeThatIsAloneIsItsOnlyMember() async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.get("/v1/cluster")
            #expect(reply.status == 200)
            #expect(reply["cache-control"] == "no-store")
            #expect(reply.json["type"].string == "embedded")
            #expect(reply.json["registry_id"].string == TestServer.registryID)
            #expect(reply.json["revision"].int == 1)
            #expect(reply.json["source"].string == "live")
            #expect(reply.json["store"]["endpoints"].array.isEmpty)
            #expect(reply.json["store"]["obstacle"].isNull)
            let members = reply.json["members"].array
            #expect(members.count == 1)
            #expect(members.first?["self"].bool == true)
            #expect(members.first?["applied"].int == 1)
            #expect(members.first?["services"].int == 1)
            #expect(members.first?["version"].string == "1.2.3-test")
            #expect(members.first?["id"].string?.count == 16)
            #expect(try await server.get("/v1/cluster?x=1").code == "unknown_parameter")
        }
    }

    @Test func theMembersAndTheStoreAreThere() async throws {
        try await Self.shared { server, store, node in
            try await server.register()
            let digest = Digest(
                writer: 0x1, sequence: 1, applied: .zero, hash: StateHash(high: 1, low: 2), beats: [], standstills: 2,
                stoodStill: 1_500)
            node.take([.digest(digest, position: 1)], basis: DigestBasis(applied: Revision(1), hash: .zero))
            var report = StoreReport()
            report.endpoints = [
                StoreReport.Endpoint(
                    address: "127.0.0.1:2379", version: "3.4.23", isLeader: true, revision: 77, bytes: 20,
                    usedBytes: 10,
                    errors: ["NOSPACE"]), StoreReport.Endpoint(address: "127.0.0.2:2379"),
            ]
            (report.isFull, report.timeline, report.level, report.quota) = (true, 3, 4, 25)
            store.show(report)
            let json = try await server.get("/v1/cluster").json
            #expect(json["type"].string == "etcd")
            #expect(json["timeline"].int == 3)
            #expect(json["level"].int == 4)
            #expect(json["store"]["full"].bool == true)
            #expect(json["store"]["quota_bytes"].int == 25)
            #expect(json["store"]["endpoints"].array.map { $0["version"].string } == ["3.4.23", nil])
            #expect(json["store"]["endpoints"][0]["errors"].array.map(\.string) == ["NOSPACE"])
            let members = json["members"].array
            #expect(members.map { $0["node"].string } == ["node-a", "node-b"])
            #expect(members.map { $0["id"].string } == ["00000000000000ab", "0000000000000001"])
            #expect(members.map { $0["self"].bool } == [true, false])
            #expect(members.map { $0["lag"].int } == [0, 1])
            #expect(members[1]["hash"].string == "00000000000000010000000000000002")
            #expect(members[1]["stood_still_ms"].int == 1_500)
            #expect(members.compactMap { $0["services"].int }.reduce(0, +) == 1)
        }
    }

    // MARK: Settling

    @Test(arguments: ["adopt", "reseed"])
    func whereThereIsNothingToSettleItSaysSo(verdict: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.request("POST", "/v1/cluster/\(verdict)")
            #expect(reply.status == 409)
            #expect(reply.code == "conflict")
            #expect(reply.json["detail"].string?.contains("alone") == true)
        }
        try await Self.shared { server, store, _ in
            let reply = try await server.request("POST", "/v1/cluster/\(verdict)")
            #expect(reply.status == 409)
            #expect(reply.code == "conflict")
            #expect(store.settlements.isEmpty)
        }
    }

    @Test(arguments: HistoryVerdict.allCases)
    func anOperatorsWordReachesTheStoreWithTheWholeCatalogue(verdict: HistoryVerdict) async throws {
        try await Self.shared { server, store, _ in
            try await server.register(more: #""tags": ["blue"]"#)
            _ = try await server.request("PUT", "/v1/services/payments/override", body: #"{"weight": 7}"#)
            store.show(StoreReport(), obstacle: Self.obstacle)
            let before = try await server.get("/v1/services/payments")
            #expect(before["rollcall-source"] == "cache")
            #expect(try await server.get("/v1/cluster").json["store"]["obstacle"].string == Self.obstacle.message)
            let reply = try await server.request("POST", "/v1/cluster/\(verdict.rawValue)")
            #expect(reply.status == 200)
            #expect(reply.json["store"]["obstacle"].isNull)
            #expect(reply["rollcall-source"] == "live")
            let settled = try #require(store.settlements.first)
            #expect(settled.verdict == verdict)
            let stored = store.contents
            #expect(settled.catalog.revision == stored.revision)
            #expect(settled.catalog.services == stored.services)
            #expect(settled.catalog.instances == stored.instances)
            #expect(settled.catalog.overrides == stored.overrides)
            #expect(settled.catalog.nextNumber >= stored.nextNumber)
        }
    }

    // MARK: Readiness

    @Test func readinessTellsOfTheClusterAndStays() async throws {
        try await Self.shared { server, store, _ in
            var sound = ""
            try await eventually("both nodes are members: \(sound)") {
                sound = try await server.get("/readyz?verbose").text
                return sound.contains("members: 2")
            }
            #expect(sound.contains("source: live\n"))
            #expect(sound.contains("obstacle: none\n"))
            store.show(StoreReport(), obstacle: Self.obstacle)
            let obstructed = try await server.get("/readyz?verbose")
            #expect(obstructed.status == 200)
            #expect(obstructed.text.contains("source: cache\n"))
            #expect(obstructed.text.contains("obstacle: \(Self.obstacle.message)\n"))
            #expect(try await server.get("/readyz").status == 200)
        }
        try await TestServer.run { server in
            let alone = try await server.get("/readyz?verbose")
            #expect(!alone.text.contains("members"))
        }
    }

    // MARK: Metrics

    @Test func theFiguresOfTheCluster() async throws {
        try await Self.shared { server, store, node in
            var report = StoreReport()
            report.endpoints = [StoreReport.Endpoint(address: "127.0.0.1:2379", version: "3", bytes: 20, usedBytes: 10)]
            report.isFull = true
            report.quota = 25
            store.show(report, obstacle: Self.obstacle)
            _ = try await server.get("/v1/cluster")
            let digest = Digest(writer: 0x1, sequence: 1, applied: Revision(2), hash: .zero, beats: [4, 5])
            node.take([.digest(digest, position: 1)], basis: DigestBasis(applied: Revision(7), hash: .zero))
            let exposition = try await MetricsTests.scrape(server)
            #expect(exposition.faults == [])
            let samples = exposition.samples
            #expect(samples["rollcall_cluster_members"] == 2)
            #expect(samples[#"rollcall_cluster_lag_revisions{node="node-a"}"#] == 0)
            #expect(samples[#"rollcall_cluster_lag_revisions{node="node-b"}"#] == 5)
            #expect(samples[#"rollcall_cluster_digests_total{direction="taken"}"#] == 1)
            #expect(samples[#"rollcall_cluster_digests_total{direction="written"}"#] == 0)
            #expect(samples[#"rollcall_cluster_beats_total{node="others"}"#] == 2)
            #expect(samples[#"rollcall_cluster_beats_total{node="own"}"#] == 0)
            #expect(samples["rollcall_cluster_hash_mismatches_total"] == 0)
            #expect(samples["rollcall_cluster_cut_off"] != nil)
            #expect(samples["rollcall_store_full"] == 1)
            #expect(samples["rollcall_store_quota_bytes"] == 25)
            #expect(samples["rollcall_store_obstacle"] == 1)
            #expect(samples[#"rollcall_store_bytes{endpoint="127.0.0.1:2379"}"#] == 20)
            #expect(samples[#"rollcall_store_used_bytes{endpoint="127.0.0.1:2379"}"#] == 10)
            #expect(samples[#"rollcall_source{source="cache"}"#] == 1)
            #expect(samples[#"rollcall_source{source="live"}"#] == 0)
        }
        try await TestServer.run { server in
            let samples = try await MetricsTests.scrape(server).samples
            #expect(samples[#"rollcall_source{source="live"}"#] == 1)
            #expect(!samples.keys.contains { $0.hasPrefix("rollcall_cluster") })
        }
    }
}
