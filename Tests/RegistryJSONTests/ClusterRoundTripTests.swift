import RegistryModel
import Testing

@testable import RegistryJSON

/// What a node says of its cluster, written by the server and read by the client.
struct ClusterRoundTripTests {
    private static let alone = ClusterDocument(
        registryID: "r-1", type: "embedded", revision: Revision(9), source: "live",
        members: [ClusterDocument.Member(id: "a", version: "1.0", isSelf: true, applied: Revision(9))])

    private static let full = ClusterDocument(
        registryID: "r-1", type: "etcd", revision: Revision(1 << 41), source: "cache", age: .milliseconds(1_250),
        isCutOff: true, timeline: 2, level: 3,
        store: ClusterDocument.Store(
            endpoints: [
                StoreEndpointDocument(
                    address: "127.0.0.1:2379", version: "3.4.23", isLeader: true, revision: 77, bytes: 4_096,
                    usedBytes: 1_024, errors: ["NOSPACE", "a \"b\""]),
                StoreEndpointDocument(address: "127.0.0.2:2379"),
            ], quota: 2_147_483_648, isFull: true, obstacle: "It holds \"another\" history."),
        members: [
            ClusterDocument.Member(
                id: "00000000000000ff", epoch: 12, node: "n-1", address: "127.0.0.1:8080", version: "1.2.3", schema: 4,
                startedAt: Samples.time, isSelf: true, applied: Revision(8), lag: 1, hash: "0f", agrees: true,
                digestAge: .milliseconds(300), standstills: 2, stoodStill: .milliseconds(1_500), services: 7),
            ClusterDocument.Member(id: "0000000000000001", agrees: false),
        ])

    @Test(arguments: [Self.alone, Self.full])
    func aCluster(document: ClusterDocument) throws {
        #expect(try AnswerBody.cluster(written { $0.cluster(document) }.span) == document)
    }

    @Test func asItIsSpelled() {
        #expect(
            text { $0.cluster(Self.alone) }
                == #"{"registry_id":"r-1","type":"embedded","revision":9,"source":"live","age_ms":0,"cut_off":false,"#
                + #""timeline":0,"level":0,"store":{"endpoints":[],"quota_bytes":0,"full":false,"obstacle":null},"#
                + #""members":[{"id":"a","epoch":null,"node":"","address":"","version":"1.0","schema":0,"#
                + #""started_at":null,"self":true,"applied":9,"lag":null,"hash":null,"agrees":null,"#
                + #""digest_age_ms":null,"standstills":0,"stood_still_ms":0,"services":0}]}"#)
        let whole = text { $0.cluster(Self.full) }
        #expect(
            whole.contains(
                #"{"address":"127.0.0.1:2379","version":"3.4.23","leader":true,"revision":77,"bytes":4096,"#
                    + #""used_bytes":1024,"errors":["NOSPACE","a \"b\""]}"#))
        #expect(whole.contains(#""full":true,"obstacle":"It holds \"another\" history.""#))
    }

    @Test func whatItMustHaveAndWhatANewerServerAdds() throws {
        #expect(throws: JSONError.self) { try AnswerBody.cluster(Array("{}".utf8).span) }
        #expect(throws: JSONError.self) {
            try AnswerBody.cluster(Array(#"{"registry_id":"r","members":[{"node":"n"}]}"#.utf8).span)
        }
        let newer = #"{"registry_id":"r","news":1,"store":{"more":{}},"members":[{"id":"a","mood":"good"}]}"#
        let document = try AnswerBody.cluster(Array(newer.utf8).span)
        #expect(document.registryID == "r")
        #expect(document.members == [ClusterDocument.Member(id: "a")])
    }

    /// They are said only where there are others.
    @Test func theNodesOfADrain() throws {
        var answer = DrainAnswer(revision: Revision(7), isComplete: false)
        #expect(!text { $0.drainAnswer(answer) }.contains("nodes"))
        answer.nodes = [
            DrainNodeDocument(node: "n-1", standing: "informed"), DrainNodeDocument(node: "n\"2", standing: "unknown"),
        ]
        let body = written { $0.drainAnswer(answer) }
        #expect(String(decoding: body, as: UTF8.self).contains(#""nodes":[{"node":"n-1","standing":"informed"},"#))
        #expect(try AnswerBody.drain(body.span) == answer)
    }
}
