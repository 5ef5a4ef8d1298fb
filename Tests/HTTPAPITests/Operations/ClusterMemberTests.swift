import RegistryCatalog
import RegistryCluster
import RegistryModel
import RegistryTestKit
import Testing

/// What a node says of itself while it is no member, and of the others when an instance is about to leave.
@Suite("The members of a cluster over a socket")
struct ClusterMemberTests {
    @Test func aNodeThatIsNoMemberAtTheMomentListsItselfAllTheSame() async throws {
        try await ClusterTests.shared { server, _, node in
            try await server.register()
            // An operator has settled which history counts: the store does not know of any member yet.
            node.take([.reloaded], basis: DigestBasis(applied: Revision(1), hash: .zero))
            let members = try await server.get("/v1/cluster").json["members"].array
            #expect(members.map { $0["node"].string } == ["node-a"])
            #expect(members.first?["self"].bool == true)
            #expect(members.first?["epoch"].isNull == true)
            #expect(members.first?["applied"].int == 1)
        }
    }

    @Test func aDrainTellsHowTheOtherNodesStand() async throws {
        try await ClusterTests.shared { server, _, node in
            try await server.register()
            let path = "/v1/services/payments/instances/127.0.0.11:8080/drain"
            let pending = try await server.request("POST", "\(path)?wait=0s")
            #expect(pending.json["complete"].bool == false)
            #expect(pending.json["nodes"][0]["node"].string == "node-b")
            #expect(pending.json["nodes"][0]["standing"].string == "pending")
            let digest = Digest(writer: 0x1, sequence: 1, applied: Revision(2), hash: .zero, beats: [])
            node.take([.digest(digest, position: 1)], basis: DigestBasis(applied: Revision(2), hash: .zero))
            let informed = try await server.request("POST", "\(path)?wait=0s")
            #expect(informed.json["complete"].bool == true)
            #expect(informed.json["nodes"][0]["standing"].string == "informed")
        }
        try await TestServer.run { server in
            try await server.register()
            let path = "/v1/services/payments/instances/127.0.0.11:8080/drain"
            #expect(try await server.request("POST", "\(path)?wait=0s").json["nodes"].isNull)
        }
    }
}
